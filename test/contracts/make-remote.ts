import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runtime } from '#runtime/runtime.ts';
import { remoteRuntime } from '#runtime/remote/remote.ts';
import { type MadeRuntime, contextOf, stepOf } from './runtime-bench.ts';

/** The remote runtime, and an endpoint that is always well: each script is another path of it. */
export async function makeRemote(): Promise<MadeRuntime> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-remote-'));
  const server = createServer((_request, response) => response.end('fine'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = (): Runtime => remoteRuntime({ stateDirectory: join(folder, 'state'), runtimeDirectory: join(folder, 'run') });
  const runtime = open();
  return {
    runtime,
    another: open,
    service: (script, fields) => ({
      command: null,
      entrypoint: null,
      'x-muster': { runtime: 'remote', remote: { url: `http://127.0.0.1:${port}/${encodeURIComponent(script)}` } },
      ...fields,
    }),
    folder: () => mkdtempSync(join(folder, 'bench-')),
    networks: () => ({}),
    secretPath: () => '',
    removeProjects: async (projects) => {
      for (const project of projects)
        for (const { service, number, name, id } of (await runtime.observe({ project })).replicas) {
          const subject = { type: 'replica', service, number, name, id } as const;
          await runtime.perform(stepOf('remove-replica', subject, { force: true }, runtime.name), contextOf(project));
        }
    },
    close: async () => {
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

import { chownSync, mkdtempSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AgentClient } from '#api/agent/client.ts';
import { agentPlaces } from '#api/agent/places.ts';
import type { Host } from '#host/host.ts';
import { localHost } from '#host/local.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { processRuntime } from '#runtime/process/process.ts';
import { type MadeRuntime, contextOf, stepOf } from './runtime-bench.ts';

const program = [process.execPath, resolve(import.meta.dirname, '../../src/main.ts')] as const;

/** The process runtime with an agent of its own, on this machine or on one that `host` reaches. */
export async function makeProcess(host: Host = localHost()): Promise<MadeRuntime> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-native-'));
  const { uid, gid } = await host.facts();
  chownSync(folder, uid, gid);
  const directories = { stateDirectory: join(folder, 'state'), runtimeDirectory: join(folder, 'run') };
  const open = (): Runtime => processRuntime({ host, environment: process.env, program, ...directories });
  const runtime = open();
  return {
    runtime,
    another: open,
    service: (script, fields) => ({
      command: ['sh', '-c', script],
      entrypoint: null,
      working_dir: folder,
      ...fields,
    }),
    folder: () => {
      const own = mkdtempSync(join(folder, 'bench-'));
      chownSync(own, uid, gid);
      return own;
    },
    networks: () => ({}),
    secretPath: (name) => `"$MUSTER_SECRETS_DIR/${name}"`,
    removeProjects: async (projects) => {
      for (const project of projects) await removeAll(runtime, project);
    },
    close: async () => {
      await endAgent(localHost(), directories);
      await host.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function removeAll(runtime: Runtime, project: string): Promise<void> {
  const { replicas } = await runtime.observe({ project, only: 'replicas' });
  await Promise.all(
    replicas.map(({ service, number, name, id }) =>
      runtime.perform(
        stepOf('remove-replica', { type: 'replica', service, number, name, id }, { force: true }, runtime.name),
        contextOf(project),
      ),
    ),
  );
}

/** Asks the agent who it is and waits for its end, so that a test leaves no process behind. */
async function endAgent(host: Host, directories: { stateDirectory: string; runtimeDirectory: string }): Promise<void> {
  const { socket } = agentPlaces(directories);
  const connection = await host.connect({ unix: socket }).catch(() => null);
  if (connection === null) return;
  const client = await AgentClient.over(connection).catch(() => null);
  // It is just ending by itself.
  if (client === null) return;
  const { pid } = client.agent;
  client.close();
  const identity = await host.processInfo(pid);
  if (identity === null) return;
  await host.signalProcess(identity, 'SIGTERM', { group: false });
  const until = performance.now() + 60_000;
  while ((await host.processInfo(pid))?.startTime === identity.startTime) {
    if (performance.now() > until) throw new Error(`the agent ${pid} does not end`);
    await new Promise((again) => setTimeout(again, 20));
  }
}

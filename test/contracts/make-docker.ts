import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '#engine/connect.ts';
import type { Engine } from '#engine/engine.ts';
import { localHost } from '#host/local.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { dockerRuntime } from '#runtime/docker/docker.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { removeProjects } from '../support/remove-projects.ts';
import type { MadeRuntime } from './runtime-bench.ts';

/** The docker runtime on the machine's engine; `change` stands between them. */
export async function makeDocker(change: (engine: Engine) => Engine = (engine) => engine): Promise<MadeRuntime> {
  await ensureBusyboxImage();
  const folder = await mkdtemp(join(tmpdir(), 'muster-runtime-'));
  const open = (): Runtime =>
    dockerRuntime({
      engine: change(connectEngine({ kind: 'unix', path: '/var/run/docker.sock' })),
      host: localHost(),
      stateDirectory: join(folder, 'state'),
      runtimeDirectory: join(folder, 'runtime'),
      environment: {},
    });
  return {
    runtime: open(),
    another: open,
    service: (script, fields) => ({
      image: busyboxImage,
      command: ['sh', '-c', script],
      entrypoint: null,
      networks: { default: null },
      init: true,
      ...fields,
    }),
    // Each container has its own.
    folder: () => '/tmp',
    networks: (project) => ({ default: { name: `${project}_default` } }),
    secretPath: (name) => `/run/secrets/${name}`,
    removeProjects,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

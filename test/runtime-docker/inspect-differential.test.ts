// The same file through Docker Compose and through muster gives the same containers: configuration, host configuration, networks and mounts
// are compared as the engine shows them. What differs on purpose is named beside each case.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContainerInspect } from '#engine/api/container.ts';
import { connectEngine } from '#engine/connect.ts';
import { localHost } from '#host/local.ts';
import { loadProject } from '#compose/load.ts';
import { planCreate } from '#plan/up.ts';
import { musterHashesOf } from '#plan/muster-hashes.ts';
import { dockerRuntime } from '#runtime/docker/docker.ts';
import { readSources } from '../../src/cli/read-sources.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';
import { removeProjects } from '../support/remove-projects.ts';
import { cases } from './differential-cases.ts';
import { comparable } from './comparable.ts';

const run = promisify(execFile);
const project = `runtimediff${process.pid}`;
const engine = connectEngine({ kind: 'unix', path: '/var/run/docker.sock' });
let folder = '';
let peer = '';

beforeAll(async () => {
  await ensureBusyboxImage();
  peer = await peerCompose();
  folder = await realpath(await mkdtemp(join(tmpdir(), 'muster-diff-')));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'secret.txt'), 'hush');
});

afterAll(async () => {
  await removeProjects([project]);
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

test.each(cases)('$name: the engine shows the same containers', async ({ services, more = '', adjust }) => {
  const file = join(folder, 'compose.yaml');
  await writeFile(file, `services:\n${services.replaceAll('IMAGE', `image: "${busyboxImage}"`)}\n${more}`);
  try {
    await run(peer, ['-p', project, '-f', file, 'create'], { cwd: folder });
    const theirs = await inspectAll();
    await removeProjects([project]);
    await createWithMuster(file);
    const ours = await inspectAll();
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    for (const name of Object.keys(theirs)) {
      const [left, right] = [comparable(ours[name] as ContainerInspect), comparable(theirs[name] as ContainerInspect)];
      adjust?.(left, right);
      expect(left, name).toEqual(right);
    }
  } finally {
    await removeProjects([project]);
  }
});

async function inspectAll(): Promise<Record<string, ContainerInspect>> {
  const filter = `label=com.docker.compose.project=${project}`;
  const ids = (await run('docker', ['ps', '-aq', '--no-trunc', '--filter', filter])).stdout.split('\n').filter(Boolean);
  const found = await Promise.all(ids.map((id) => engine.json<ContainerInspect>({ path: `/containers/${id}/json` })));
  return Object.fromEntries(found.sort((a, b) => (a.Name < b.Name ? -1 : 1)).map((container) => [container.Name, container]));
}

async function createWithMuster(file: string): Promise<void> {
  const runtime = dockerRuntime({
    engine,
    host: localHost(),
    stateDirectory: join(folder, 'state'),
    runtimeDirectory: join(folder, 'runtime'),
    environment: {},
  });
  const loaded = await loadProject({
    files: [file],
    projectName: project,
    profiles: [],
    envFiles: [],
    environment: { PATH: process.env['PATH'], HOME: folder },
    cwd: folder,
  });
  const sources = await readSources(loaded);
  const musterHashes = musterHashesOf(loaded, sources);
  const observed = await runtime.observe({ project, wanted: loaded });
  const plan = planCreate({ project: loaded, observed, sources, musterHashes });
  const context = {
    project: loaded,
    sources,
    musterHashes,
    signal: AbortSignal.timeout(60_000),
    progress: () => {},
    output: () => {},
  };
  for (const step of plan.steps) await runtime.perform(step, context);
}

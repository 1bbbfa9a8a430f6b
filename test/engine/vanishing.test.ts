// An engine that goes away while it is being used, and comes back: a private dockerd, killed and restarted.

import { mkdtemp, rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContainerCreated } from '#engine/api/container.ts';
import type { Engine } from '#engine/engine.ts';
import { openEngine } from '#engine/open.ts';
import { buildImage } from '#image/build.ts';
import { ensureBusyboxImage } from '../support/images.ts';
import { privateEngine } from '../support/parts/private-engine.ts';
import type { PrivateEngine } from '../support/parts/private-engine.ts';

let folder = '';
let dockerd: PrivateEngine;
let engine: Engine;
let image = '';

beforeAll(async () => {
  folder = await mkdtemp('/tmp/muster-pe-');
  dockerd = await privateEngine({ folder });
  image = await ensureBusyboxImage(dockerd.endpoint);
  engine = openEngine({ environment: { DOCKER_HOST: dockerd.endpoint } });
});
afterAll(async () => {
  engine.close();
  await dockerd.remove();
  await rm(folder, { recursive: true, force: true });
});

const runs = async (): Promise<string> => {
  const body = { Image: image, Cmd: ['sleep', '600'], HostConfig: { NetworkMode: 'none' } };
  const { Id } = await engine.json<ContainerCreated>({ path: '/containers/create', method: 'POST', body });
  await engine.json({ path: `/containers/${Id}/start`, method: 'POST' });
  return Id;
};

test('everything under way is lost when the engine is killed, and said so; afterwards the same client goes on', async () => {
  const id = await runs();
  const events = (async () => {
    for await (const event of engine.lines({ path: '/events' })) if (event) continue;
  })();
  const wait = engine.json({ path: `/containers/${id}/wait`, method: 'POST' });
  const stop = engine.json({ path: `/containers/${id}/stop`, method: 'POST', query: { t: 60 } });
  const isBuilding = Promise.withResolvers<void>();
  const building = buildImage(
    engine,
    {
      service: 'web',
      tag: 'never',
      build: { context: import.meta.dirname, dockerfile_inline: `FROM ${image}\nRUN echo begun; sleep 600\n` },
    },
    { signal: new AbortController().signal, output: (line) => line.endsWith('begun') && isBuilding.resolve(), environment: {} },
  );
  const underWay = [events, wait, stop, building];
  for (const work of underWay) work.catch(() => {});
  // The others were asked for before it.
  await isBuilding.promise;
  await dockerd.kill();

  for (const work of underWay) await expect(work).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  await expect(engine.json({ path: '/containers/json' })).rejects.toMatchObject({ code: 'ENGINE_ABSENT' });
  await dockerd.restart();
  expect(await engine.json<unknown[]>({ path: '/containers/json' })).toEqual(expect.any(Array));
});

test('a client whose engine was restarted between two calls does not notice', async () => {
  await engine.json({ path: '/containers/json' });
  await dockerd.restart();
  expect(await engine.json<unknown[]>({ path: '/containers/json' })).toEqual(expect.any(Array));
});

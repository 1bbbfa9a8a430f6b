// How many containers should be created and started at once? `node bench/concurrency.ts [rounds]` measures 20 of them on this engine.

import type { Engine } from '#engine/engine.ts';
import { openEngine } from '#engine/open.ts';
import { mapLimit } from '#lib/map-limit.ts';
import { ensureBaseImages } from '../tools/parts/base-images.ts';
import { figuresOf, seconds } from './figures.ts';

const count = 20;
const levels = [1, 2, 4, 6, 8, 12, 20];
const rounds = Number(process.argv[2] ?? 3);

const engine = openEngine({ environment: process.env });
const network = 'muster-bench-concurrency';
await ensureBaseImages();
await engine.json({ method: 'POST', path: '/networks/create', body: { Name: network } });
try {
  const samples = new Map(levels.map((level) => [level, [] as number[]]));
  for (let round = 0; round < rounds; round++)
    for (const level of round % 2 === 0 ? levels : levels.toReversed()) samples.get(level)?.push(await once(engine, level));
  for (const [level, walls] of samples) {
    const { minimum, median } = figuresOf(walls);
    console.log(
      `${String(level).padStart(2)} at once: ${seconds(minimum)} minimum, ${seconds(median)} median of ${walls.length}`,
    );
  }
} finally {
  await engine.json({ method: 'DELETE', path: `/networks/${network}` });
  engine.close();
}

/** Creates and starts all containers, so many at a time; returns the time in ms and removes them, which is not measured. */
async function once(engine: Engine, level: number): Promise<number> {
  const names = Array.from({ length: count }, (_, index) => `muster-bench-concurrency-${index}`);
  const started = performance.now();
  await mapLimit(names, level, async (name) => {
    const body = {
      Image: 'muster/base-busybox:1',
      Cmd: ['sleep', '1000000'],
      HostConfig: { NetworkMode: network },
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [name] } } },
    };
    await engine.json({ method: 'POST', path: '/containers/create', query: { name }, body });
    await engine.json({ method: 'POST', path: `/containers/${name}/start` });
  });
  const wallMs = performance.now() - started;
  await mapLimit(names, 6, (name) => engine.json({ method: 'DELETE', path: `/containers/${name}`, query: { force: true } }));
  return wallMs;
}

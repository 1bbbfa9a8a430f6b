// `npm run bench`: muster from the built package beside Docker Compose, on this machine's engine; writes bench/RESULTS.md.
// `-- --quick` takes one round of the smaller projects and writes nothing.

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { musterVersion } from '#lib/version.ts';
import { peerCompose, peerVersion } from '../test/support/parts/peer-compose.ts';
import { ensureBaseImages } from '../tools/parts/base-images.ts';
import { ensureEngine } from '../tools/parts/engine.ts';
import { mustRun, repository } from '../tools/parts/run.ts';
import { configOf, type ConfigResult } from './config.ts';
import { type LifecycleResult, type Tool, lifecycle } from './lifecycle.ts';
import { machineKind } from './machine.ts';
import { native } from './native.ts';
import { renderReport } from './report.ts';
import { startUp } from './start-up.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const sizes = values.quick ? [5, 20] : [5, 20, 100];
const rounds = (count: number): number => (values.quick ? 1 : count >= 100 ? 3 : 5);

await ensureEngine(console.error);
const machine = await machineKind();
const tools = await prepare();
const startUps = await startUp(tools, 20);
const configs: ConfigResult[] = [];
for (const [services, runs] of values.quick
  ? ([[57, 3]] as const)
  : ([
      [57, 20],
      [500, 10],
      [5000, 1],
    ] as const)) {
  console.error(`config of ${services} services, ${runs} rounds …`);
  configs.push(await configOf(tools, services, runs));
}
const lifecycles: LifecycleResult[] = [];
for (const count of sizes) {
  console.error(`${count} services, ${rounds(count)} rounds …`);
  lifecycles.push(await lifecycle(tools, count, rounds(count)));
}
const [muster] = tools;
if (muster === undefined) throw new Error('no tool to measure');
console.error('native services …');
const nativeSizes = values.quick
  ? { counts: [5, 20], rounds: 1, idleSeconds: 5 }
  : { counts: [5, 100, 1000], rounds: 5, idleSeconds: 30 };
const report = renderReport({
  date: new Date().toISOString().slice(0, 10),
  machine,
  peerVersion: await peerVersion(),
  musterVersion,
  lifecycles,
  startUps,
  configs,
  native: await native(muster, nativeSizes),
  planning: await planning(),
});
console.log(report);
if (!values.quick) await writeFile(join(repository, 'bench/RESULTS.md'), report);

/** Both tools ready to run: ours first. */
async function prepare(): Promise<readonly Tool[]> {
  await ensureBaseImages({ log: console.error });
  await mustRun('node', ['tools/build.ts']);
  const peer = await peerCompose();
  const program = join(repository, 'dist/muster.mjs');
  return [
    { name: 'muster', command: (...args) => ({ program: process.execPath, args: [program, ...args] }) },
    { name: 'Docker Compose', command: (...args) => ({ program: peer, args }) },
  ];
}

async function planning(): Promise<string | null> {
  if (!existsSync(join(repository, 'bench/plan.ts'))) return null;
  return `\`\`\`\n${(await mustRun('node', ['bench/plan.ts'])).trim()}\n\`\`\``;
}

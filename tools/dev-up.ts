// `npm run dev-up`: an engine, the base images, and the example up and left running, to develop against.

import { join } from 'node:path';
import { ensureEngine } from './parts/engine.ts';
import { mustRun, repository, run } from './parts/run.ts';

const example = join(repository, 'examples/guestbook');
try {
  await ensureEngine((line) => console.log(`${line} …`));
  await mustRun(join(example, 'prepare'), []);
  const { code } = await run(join(repository, 'bin/muster'), ['up', '-d', '--build', '--wait'], { cwd: example, output: 'show' });
  process.exitCode = code;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

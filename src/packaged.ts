// The published program: checks the Node it runs on, then runs the chunks that `npm run build` made of src/cli. src/main.ts is its
// counterpart in a checkout. What comes after the check is imported after it, so that an old Node gets there.

import { isNodeTooOld } from './start/node-version.ts';

if (isNodeTooOld()) process.exitCode = 1;
else {
  const { runChunks } = await import('./start/chunks.ts');
  await runChunks();
}

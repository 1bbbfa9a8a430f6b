// The program in a checkout; src/packaged.ts is the published one. Nothing big is imported statically, so that an old Node gets to the check.

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from './start/cache-folder.ts';
import { isNodeTooOld } from './start/node-version.ts';

if (isNodeTooOld()) process.exitCode = 1;
else {
  const cache = cacheFolder(process.env);
  // Mostly it saves stripping the types again. Failing is no failure.
  if (cache !== null) enableCompileCache(join(cache.base, ...cache.below));
  const { main } = await import('#cli/edge.ts');
  await main();
}

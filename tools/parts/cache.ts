// Where downloaded and unpacked parts stay between runs; shared by all checkouts of one user, safe to delete.

import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const cacheRoot = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'muster-dev');

/** The folder `<cache>/<name>`, made by `fill` when it is not there yet; a fill that fails or is killed leaves nothing behind. */
export async function cachedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const target = join(cacheRoot, name);
  if (await exists(target)) return target;
  await mkdir(cacheRoot, { recursive: true });
  const unfinished = await mkdtemp(join(cacheRoot, '.unfinished-'));
  try {
    await fill(unfinished);
    await mkdir(join(target, '..'), { recursive: true });
    await rename(unfinished, target).catch(async (error: unknown) => {
      // Another run was faster; its folder is as good as ours.
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return target;
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

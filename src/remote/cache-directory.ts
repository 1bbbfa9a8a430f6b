import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { MusterError } from '#lib/errors.ts';

/** `$XDG_CACHE_HOME`, else the system's place for caches: as Docker Compose chooses. */
export function cacheDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CACHE_HOME: cache, HOME: home = homedir() } = environment;
  if (cache !== undefined && isAbsolute(cache)) return cache;
  return process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
}

/** The step's result; a cache that can't be written is a problem of this machine, and told as such. `shown` names what is kept. */
export async function kept<Result>(shown: string, cache: string, step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (cause) {
    throw new MusterError('REMOTE_FAILED', `no place for ${shown}: ${(cause as Error).message}`, {
      hint: `make ${cache} writable for you, or set XDG_CACHE_HOME to a folder that is`,
      cause,
    });
  }
}

import { statSync } from 'node:fs';

type CacheFolder = {
  /** There already, and ours: accounts of services have no home on purpose, and sudo may leave us somebody else's. */
  readonly base: string;
  /** The folder below it. */
  readonly below: readonly string[];
};

/** The user's own cache folder; null when there is none. */
export function cacheFolder({ XDG_CACHE_HOME: chosen, HOME: home }: NodeJS.ProcessEnv): CacheFolder | null {
  const [base, below] = chosen ? [chosen, ['muster']] : [home, ['.cache', 'muster']];
  return base?.startsWith('/') === true && isOurs(base) ? { base, below } : null;
}

function isOurs(folder: string): boolean {
  try {
    return statSync(folder).uid === process.getuid?.();
  } catch {
    return false;
  }
}

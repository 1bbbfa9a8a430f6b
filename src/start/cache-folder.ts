import { existsSync } from 'node:fs';

type CacheFolder = {
  /** There already: a home that does not exist is not ours to make, accounts of services have one on purpose. */
  readonly base: string;
  /** The folder below it. */
  readonly below: readonly string[];
};

/** The user's own cache folder; null when there is none. */
export function cacheFolder({ XDG_CACHE_HOME: chosen, HOME: home }: NodeJS.ProcessEnv): CacheFolder | null {
  const [base, below] = chosen ? [chosen, ['muster']] : [home, ['.cache', 'muster']];
  return base?.startsWith('/') === true && existsSync(base) ? { base, below } : null;
}

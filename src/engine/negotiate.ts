// Which version of the Engine API both sides speak.

import { MusterError } from '#lib/errors.ts';

/** Newest version whose answers we have been written against. */
export const newestKnown = '1.51';
/** Docker Engine 20.10. Podman 4 says 1.41 too. */
export const oldestSpoken = '1.41';

/** -1, 0 or 1, comparing number by number: 1.9 < 1.41. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/** The lower of what both sides know. `offered` is the engine's Api-Version header, '' when it sent none. */
export function negotiate(offered: string, where: string): string {
  if (!isVersion(offered) || compareVersions(offered, oldestSpoken) < 0)
    throw new MusterError(
      'ENGINE_VERSION',
      `the engine at ${where} speaks API ${offered || 'of unknown version'}; muster needs ${oldestSpoken}`,
      {
        hint: 'update it to Docker Engine 20.10 or newer (or Podman 4)',
      },
    );
  return compareVersions(offered, newestKnown) < 0 ? offered : newestKnown;
}

/** DOCKER_API_VERSION pins the version without asking the engine. */
export function pinnedVersion(text: string): string {
  const version = text.replace(/^v/, '');
  if (!isVersion(version))
    throw new MusterError('ENGINE_VERSION', `DOCKER_API_VERSION is "${text}", which is no version`, {
      hint: `write it like ${oldestSpoken}`,
    });
  if (compareVersions(version, oldestSpoken) < 0)
    throw new MusterError('ENGINE_VERSION', `DOCKER_API_VERSION is ${version}; muster needs ${oldestSpoken} or newer`, {
      hint: 'unset it: muster finds the version by itself',
    });
  return version;
}

const isVersion = (text: string): boolean => /^\d+\.\d+$/.test(text);

import { accessSync, constants } from 'node:fs';
import { MusterError } from '#lib/errors.ts';

const found = new Map<string, string>();

/** Absolute path of a program of coreutils or util-linux: a service's own PATH has no say in how it is looked after. Throws UNSUPPORTED. */
export function standardProgram(name: string): string {
  const known = found.get(name);
  if (known !== undefined) return known;
  for (const folder of ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/run/current-system/sw/bin']) {
    const path = `${folder}/${name}`;
    if (!isProgram(path)) continue;
    found.set(name, path);
    return path;
  }
  throw new MusterError('UNSUPPORTED', `native services need ${name}, which is not on this machine`, {
    hint: `it is part of coreutils or util-linux: install the one that has ${name}`,
  });
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

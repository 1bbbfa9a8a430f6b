import { isAbsolute, relative } from 'node:path';

/** A path as a person at `cwd` would write it: relative below it, as it is elsewhere. */
export function shownPath(path: string, cwd: string): string {
  if (!isAbsolute(path)) return path;
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}

// A directory that only this user may enter: what stands in it is this user's, so a socket there is as good as a login.

import { lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { MusterError } from './errors.ts';

/** Makes it if it is missing. Throws AGENT_DIRECTORY for a link, another's directory, or one that others may enter. */
export function ensurePrivateDirectory(path: string, uid: number): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  checkPrivateDirectory(path, uid);
}

export function checkPrivateDirectory(path: string, uid: number): void {
  const found = lstatSync(path);
  const fault = !found.isDirectory()
    ? 'is no directory of its own'
    : found.uid !== uid
      ? `belongs to another user (uid ${found.uid})`
      : (found.mode & 0o077) !== 0
        ? `may be entered by others (mode ${(found.mode & 0o777).toString(8)})`
        : null;
  if (fault === null) return;
  throw new MusterError('AGENT_DIRECTORY', `${path} ${fault}: whoever controls it could pretend to be the agent`, {
    hint: `remove it if it is not yours; if it is: chmod 700 ${path}`,
  });
}

// Paths as Go's path and filepath treat them on Linux, and the few Windows forms that a Linux client must leave alone.

import { posix } from 'node:path';

/** `path.Clean`. */
export function cleanPath(path: string): string {
  if (path === '') return '.';
  const clean = posix.normalize(path);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}

/** `filepath.Join`. */
export function joinPath(...parts: string[]): string {
  const present = parts.filter((part) => part !== '');
  return present.length === 0 ? '' : cleanPath(present.join('/'));
}

export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/');
}

/** `C:\…`, `C:/…` or `\\server\share\…`: absolute on the other side of a Windows client. */
export function isWindowsAbsolute(path: string): boolean {
  return /^[a-zA-Z]:[\\/]/.test(path) || /^\\\\[^\\]+\\[^\\]+/.test(path);
}

/** `~` and `~/…` of the person who runs the command; unchanged when the home folder is unknown. */
export function expandHome(path: string, home: string | undefined): string {
  return path.startsWith('~') && home !== undefined && home !== '' ? joinPath(home, path.slice(1)) : path;
}

/** `filepath.Rel` of two absolute paths. */
export function relativePath(from: string, to: string): string {
  const path = posix.relative(from, to);
  return path === '' ? '.' : path;
}

export function parentOf(path: string): string {
  return posix.dirname(path);
}

export function baseName(path: string): string {
  return posix.basename(path);
}

/** Both absolute and clean. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

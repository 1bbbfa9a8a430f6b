// Which paths of a context the builder wants: those that COPY and ADD name, and where links among them lead.

import { lstat, readdir, readlink } from 'node:fs/promises';
import { matchesGlob, posix } from 'node:path';

/** Names what is neither wanted, nor below something wanted, nor on the way to it. Without paths everything is wanted. */
export async function wantedPaths(root: string, named: readonly string[]): Promise<(path: string) => boolean> {
  const wanted = new Set<string>();
  for (const path of named) await follow(root, plain(path), wanted);
  if (named.length === 0 || wanted.has('')) return () => true;
  const prefixes = [...wanted];
  return (path) => prefixes.some((prefix) => isWithin(path, prefix) || isWithin(prefix, path));
}

/** A wildcard wants the whole folder that it stands in, and what links in there that match it lead to. */
async function follow(root: string, path: string, wanted: Set<string>): Promise<void> {
  let current = '';
  const parts = path === '' ? [] : path.split('/');
  for (const [index, part] of parts.entries()) {
    const rest = parts.slice(index + 1).join('/');
    if (/[*?[\\]/.test(part)) {
      for (const name of await namesIn(posix.join(root, current)))
        if (matchesGlob(name, part)) await followLink(root, join(current, name), rest, wanted);
      break;
    }
    current = join(current, part);
    if (wanted.has(current)) return;
    if (await followLink(root, current, rest, wanted)) return;
  }
  wanted.add(current);
}

/** False when it is no link. A link is wanted itself, and so is what it means below the root. */
async function followLink(root: string, path: string, rest: string, wanted: Set<string>): Promise<boolean> {
  const stats = await lstat(posix.join(root, path)).catch(() => null);
  if (stats?.isSymbolicLink() !== true) return false;
  if (wanted.has(path)) return true;
  wanted.add(path);
  const target = await readlink(posix.join(root, path));
  await follow(root, plain(join(posix.isAbsolute(target) ? target : join(posix.dirname(path), target), rest)), wanted);
  return true;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Below the root whatever it says, as in a container. */
const plain = (path: string): string => posix.join('/', path).replace(/^\/|\/$/g, '');
const join = (...parts: string[]): string => posix.join(...parts.filter((part) => part !== ''));
const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

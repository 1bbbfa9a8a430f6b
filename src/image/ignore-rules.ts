// Which files of a build context stay at home: .dockerignore, or <dockerfile>.dockerignore which takes its place.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';

export type IgnoreRules = {
  isIgnored(path: string): boolean;
  /** Whether a `!` rule may bring back something below this ignored directory. */
  mayReinclude(directory: string): boolean;
};

export async function readIgnoreRules(context: string, dockerfile: string | null): Promise<IgnoreRules> {
  const own = dockerfile === null ? null : await readIfThere(`${dockerfile}.dockerignore`);
  return parseIgnoreRules(own ?? (await readIfThere(join(context, '.dockerignore'))) ?? '');
}

export function parseIgnoreRules(text: string): IgnoreRules {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const rules = dockerignore.default({ ignorecase: false }).add(lines);
  const exceptions = lines
    .map((line) => line.trim())
    .filter((line) => line.startsWith('!'))
    .map((line) => segments(line.slice(1).trim()));
  return {
    isIgnored: (path) => rules.ignores(path),
    mayReinclude: (directory) => exceptions.some((pattern) => mayMatchBelow(pattern, segments(directory))),
  };
}

/** Generous where a wildcard leaves it open: the files themselves are tested again. */
function mayMatchBelow(pattern: readonly string[], directory: readonly string[]): boolean {
  for (const [i, part] of directory.entries()) {
    const wanted = pattern[i];
    // The pattern names a parent of this directory: everything below is brought back.
    if (wanted === undefined) return true;
    if (wanted === '**') return true;
    if (!/[*?[\\]/.test(wanted) && wanted !== part) return false;
  }
  return true;
}

const segments = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

// Where receipts are, and what the last one says of runtimes; apart from the rest, because every command asks for that.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function receiptFolder(stateDirectory: string, project: string): string {
  // A project name is [a-z0-9_-] by the time it gets here; this keeps a path out whatever happens.
  return join(stateDirectory, 'receipts', project.replaceAll(/[^a-z0-9_-]/g, '_'));
}

export const receiptFile = (sequence: number): string => `${String(sequence).padStart(6, '0')}.json`;

export const headFile = 'head.json';

/** Names of the runtimes that the project used last. Only a hint where to look: what can't be read tells of none. */
export function lastUsedRuntimes(stateDirectory: string, project: string): readonly string[] {
  try {
    const text = readFileSync(join(receiptFolder(stateDirectory, project), headFile), 'utf8');
    const { runtimes } = JSON.parse(text) as { readonly runtimes?: unknown };
    return Array.isArray(runtimes) ? runtimes.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

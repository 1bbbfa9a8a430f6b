// What is old is given back to the disk without touching the open files: a hole is made where it was (fallocate(2), FALLOC_FL_PUNCH_HOLE).
// Nobody has to reopen anything, so no line can fall between two files.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { standardProgram } from '../shim/standard-program.ts';
import type { ReplicaLog } from './log.ts';

const run = promisify(execFile);

export type Kept = { readonly maxBytes: number; readonly files: number };

/** Unless a service says otherwise: 100 MiB of each stream. */
export const defaultKept: Kept = { maxBytes: 20 * 1024 * 1024, files: 5 };

/** Whether a stream has outgrown what is kept of it. */
export function isOutgrown(log: ReplicaLog, { maxBytes, files }: Kept): boolean {
  const most = maxBytes * Math.max(files, 1);
  return log.end.out - log.origin.out > most || log.end.err - log.origin.err > most;
}

/** Cuts both streams down to one file's worth less than the most, so that it is not done again at once. */
export async function rotate(log: ReplicaLog, { maxBytes, files }: Kept): Promise<void> {
  const keep = files <= 1 ? Math.floor(maxBytes / 2) : maxBytes * (files - 1);
  const out = wholeBlocks(Math.max(log.origin.out, log.end.out - keep));
  const err = wholeBlocks(Math.max(log.origin.err, log.end.err - keep));
  log.cut(Math.max(out, log.origin.out), Math.max(err, log.origin.err));
  await giveBack(log.places.stdout, out);
  await giveBack(log.places.stderr, err);
}

const wholeBlocks = (bytes: number): number => Math.floor(bytes / 4096) * 4096;

async function giveBack(path: string, until: number): Promise<void> {
  if (until > 0) await run(standardProgram('fallocate'), ['--punch-hole', '--offset', '0', '--length', String(until), path]);
}

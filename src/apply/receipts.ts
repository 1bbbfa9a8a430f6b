// What was done, kept: one chain of receipts per project. Each holds the hash of the one before, so that no edit, gap or reorder goes unseen.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, replaceFile } from '#lib/atomic-file.ts';
import { canonicalJson, digestOf } from '#lib/canonical-json.ts';
import { MusterError } from '#lib/errors.ts';
import { type Receipt, receiptSchemaVersion } from '#model/receipt.ts';
import { stateFailure } from './state-failure.ts';
import { headFile, receiptFile, receiptFolder } from './receipt-paths.ts';

/** A receipt before it has its place in the chain. */
export type NewReceipt = Omit<Receipt, 'schemaVersion' | 'sequence' | 'previous' | 'hash'>;

/** The last receipt's place, apart from the receipts themselves: a chain that lost its end still looks whole. */
type Head = { readonly sequence: number; readonly hash: string };

/** Adds it to the end of its project's chain. Several processes may do so at once. */
export function appendReceipt(stateDirectory: string, receipt: NewReceipt): Receipt {
  const folder = receiptFolder(stateDirectory, receipt.project);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (;;) {
      const last = lastOfChain(folder);
      const body = {
        schemaVersion: receiptSchemaVersion,
        sequence: last.sequence + 1,
        ...receipt,
        previous: last.hash,
      } as const satisfies Omit<Receipt, 'hash'>;
      const sealed: Receipt = { ...body, hash: receiptHash(body) };
      // Somebody else took the number in between: theirs is the one before ours now.
      if (!createFile(join(folder, receiptFile(sealed.sequence)), canonicalJson(sealed), { mode: 0o600 })) continue;
      moveHead(folder, sealed);
      return sealed;
    }
  } catch (cause) {
    if (cause instanceof MusterError) throw cause;
    throw stateFailure(`the receipt can't be written to ${folder}`, cause, 'the chain is whole, at most this receipt is missing');
  }
}

/** Throws STATE_DIRECTORY when the receipt of what is about to be done would find no room. */
export function ensureRoomForReceipt(stateDirectory: string, project: string): void {
  const folder = receiptFolder(stateDirectory, project);
  const path = join(folder, `.room-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, Buffer.alloc(4096), { mode: 0o600 });
  } catch (cause) {
    throw stateFailure(`there is no room for a receipt in ${folder}`, cause, 'nothing was changed');
  } finally {
    rmSync(path, { force: true });
  }
}

/** All receipts of a project, first to last; [] when it has none. Unreadable ones are for `verifyReceipts` to report. */
export function listReceipts(stateDirectory: string, project: string): Receipt[] {
  const folder = receiptFolder(stateDirectory, project);
  const receipts: Receipt[] = [];
  for (const sequence of sequences(folder)) {
    const receipt = parseReceipt(readFileSync(join(folder, receiptFile(sequence)), 'utf8'));
    if (receipt !== null) receipts.push(receipt);
  }
  return receipts;
}

/** Throws RECEIPT_NOT_FOUND. */
export function readReceipt(stateDirectory: string, project: string, sequence: number): Receipt {
  const folder = receiptFolder(stateDirectory, project);
  const text = readIfThere(join(folder, receiptFile(sequence)));
  const receipt = text === null ? null : parseReceipt(text);
  if (receipt !== null) return receipt;
  const last = sequences(folder).at(-1);
  throw new MusterError('RECEIPT_NOT_FOUND', `project ${project} has no receipt ${sequence}`, {
    hint: last === undefined ? 'it has no receipts at all' : `the last one is ${last}: muster receipts list`,
  });
}

/** Names of the projects that have receipts. */
export function projectsWithReceipts(stateDirectory: string): string[] {
  return readdirIfThere(join(stateDirectory, 'receipts')).sort();
}

/** sha256 over the canonical JSON of everything but the hash itself. */
export function receiptHash(receipt: Omit<Receipt, 'hash'>): string {
  const { hash: _, ...body } = receipt as Receipt;
  return digestOf(body);
}

/** Numbers of the receipts on disk, ascending. */
export function sequences(folder: string): number[] {
  const names = readdirIfThere(folder);
  return names.flatMap((name) => (/^\d{6,}\.json$/.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => a - b);
}

export function readHead(folder: string): Head | null {
  const text = readIfThere(join(folder, headFile));
  if (text === null) return null;
  try {
    const head = JSON.parse(text) as Partial<Head>;
    return typeof head.sequence === 'number' && typeof head.hash === 'string'
      ? { sequence: head.sequence, hash: head.hash }
      : null;
  } catch {
    return null;
  }
}

export function parseReceipt(text: string): Receipt | null {
  try {
    const value = JSON.parse(text) as Partial<Receipt> | null;
    // What else it must hold is covered by its hash.
    return typeof value?.sequence === 'number' && typeof value.hash === 'string' ? (value as Receipt) : null;
  } catch {
    return null;
  }
}

/** The head may lag behind by what was written when its writer was killed; the files show the true end. */
function lastOfChain(folder: string): Head {
  let last: Head = readHead(folder) ?? { sequence: 0, hash: '' };
  for (;;) {
    const text = readIfThere(join(folder, receiptFile(last.sequence + 1)));
    if (text === null) return last;
    const receipt = parseReceipt(text);
    if (receipt === null || receipt.sequence !== last.sequence + 1) throw broken(folder, last.sequence + 1);
    last = { sequence: receipt.sequence, hash: receipt.hash };
  }
}

/** Never backwards: whoever was overtaken leaves the head alone. */
function moveHead(folder: string, { sequence, hash, runtimes }: Receipt): void {
  const head = readHead(folder);
  if (head !== null && head.sequence >= sequence) return;
  const content = canonicalJson({ sequence, hash, runtimes: runtimes.map(({ name }) => name) });
  replaceFile(join(folder, headFile), content, { mode: 0o600 });
}

function broken(folder: string, sequence: number): MusterError {
  return new MusterError('RECEIPT_CHAIN_BROKEN', `receipt ${sequence} in ${folder} can't be read, so that none can follow it`, {
    hint: 'see muster receipts verify; move the folder away to start a new chain',
  });
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
}

function readdirIfThere(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

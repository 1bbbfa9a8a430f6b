// Reads a whole chain and finds what does not fit: an edit, a gap, a reorder, a lost end.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '#lib/canonical-json.ts';
import { receiptFile, receiptFolder } from './receipt-paths.ts';
import { parseReceipt, readHead, receiptHash, sequences } from './receipts.ts';

export type ChainProblem = { readonly sequence: number; readonly file: string; readonly problem: string };

export type ChainReport = {
  readonly project: string;
  readonly receipts: number;
  /** Hash of the last receipt, '' without any. */
  readonly head: string;
  readonly problems: readonly ChainProblem[];
};

export function verifyReceipts(stateDirectory: string, project: string): ChainReport {
  const folder = receiptFolder(stateDirectory, project);
  const numbers = sequences(folder);
  const problems: ChainProblem[] = [];
  const report = (sequence: number, problem: string): void => {
    problems.push({ sequence, file: join(folder, receiptFile(sequence)), problem });
  };
  const hashes = new Map<number, string>();
  let previous = '';
  let expected = 1;
  for (const number of numbers) {
    for (; expected < number; expected++) report(expected, 'it is missing');
    expected = number + 1;
    const text = readFileSync(join(folder, receiptFile(number)), 'utf8');
    const receipt = parseReceipt(text);
    if (receipt === null) {
      report(number, 'it can not be read as a receipt');
      previous = 'unreadable';
      continue;
    }
    if (receipt.sequence !== number) report(number, `it says that it is receipt ${receipt.sequence}`);
    if (receipt.project !== project) report(number, `it is of project ${receipt.project}`);
    if (receiptHash(receipt) !== receipt.hash || canonicalJson(receipt) !== text)
      report(number, 'its content is not what its hash was made over');
    if (receipt.previous !== previous)
      report(number, number === 1 ? 'it names a receipt before the first' : `it does not follow the receipt before it`);
    previous = receipt.hash;
    hashes.set(number, receipt.hash);
  }
  const head = readHead(folder);
  const last = numbers.at(-1) ?? 0;
  if (head === null) {
    if (last > 0) report(last, 'head.json, which names the last receipt, is missing or unreadable');
  } else if (head.sequence > last)
    for (let sequence = last + 1; sequence <= head.sequence; sequence++)
      report(sequence, 'it is missing from the end of the chain');
  else if (hashes.has(head.sequence) && hashes.get(head.sequence) !== head.hash)
    report(head.sequence, 'it is not the receipt that head.json names');
  return { project, receipts: numbers.length, head: previous, problems };
}

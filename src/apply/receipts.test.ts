import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canonicalJson } from '#lib/canonical-json.ts';
import type { Receipt } from '#model/receipt.ts';
import { lastUsedRuntimes, receiptFile, receiptFolder } from './receipt-paths.ts';
import { type NewReceipt, appendReceipt, listReceipts, projectsWithReceipts, readReceipt, receiptHash } from './receipts.ts';
import { verifyReceipts } from './verify-receipts.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'muster-receipts-'));
});
afterEach(() => rm(state, { recursive: true }));

const receipt = (verb = 'up'): NewReceipt => ({
  project: 'shop',
  verb,
  actor: { user: 'ann', host: 'here', muster: '0.1.0' },
  runtimes: [{ name: 'docker', location: 'unix:///var/run/docker.sock' }],
  planDigests: ['sha256:0'],
  inputs: { model: 'sha256:1', images: { app: 'sha256:2' }, files: ['/shop/compose.yaml'] },
  result: 'succeeded',
  startedAt: '2026-01-02T03:04:05.000Z',
  endedAt: '2026-01-02T03:04:06.000Z',
  steps: [],
});
const file = (sequence: number): string => join(receiptFolder(state, 'shop'), receiptFile(sequence));
const problems = (): string[] => verifyReceipts(state, 'shop').problems.map((each) => `${each.sequence}: ${each.problem}`);
function chainOf(length: number): Receipt[] {
  const chain: Receipt[] = [];
  for (let index = 0; index < length; index++) chain.push(appendReceipt(state, receipt(`verb ${index}`)));
  return chain;
}
async function rewrite(sequence: number, change: (receipt: Receipt) => Receipt): Promise<void> {
  const before = JSON.parse(await readFile(file(sequence), 'utf8')) as Receipt;
  await writeFile(file(sequence), canonicalJson(change(before)));
}

test('receipts are numbered, chained by hash, canonical, and readable by their owner only', async () => {
  const [first, second] = chainOf(2);
  expect(first).toMatchObject({ sequence: 1, previous: '' });
  expect(second).toMatchObject({ sequence: 2, previous: first?.hash });
  expect(await readFile(file(2), 'utf8')).toBe(canonicalJson(second as Receipt));
  expect((await stat(file(1))).mode & 0o777).toBe(0o600);
  expect((await stat(receiptFolder(state, 'shop'))).mode & 0o777).toBe(0o700);
  expect(listReceipts(state, 'shop')).toEqual([first, second]);
  expect(projectsWithReceipts(state)).toEqual(['shop']);
  expect(lastUsedRuntimes(state, 'shop')).toEqual(['docker']);
  expect(lastUsedRuntimes(state, 'blog')).toEqual([]);
  expect(verifyReceipts(state, 'shop')).toMatchObject({ receipts: 2, head: second?.hash, problems: [] });
});

test('processes that write at the same time lose nothing and break nothing', async () => {
  const script = `
    const { appendReceipt } = await import(${JSON.stringify(join(import.meta.dirname, 'receipts.ts'))});
    for (let index = 0; index < 20; index++)
      appendReceipt(${JSON.stringify(state)}, { ...${JSON.stringify(receipt())}, verb: \`\${process.pid} \${index}\` });`;
  const writers = Array.from({ length: 3 }, () => spawn(process.execPath, ['--input-type=module', '--eval', script]));
  expect(await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]))).toEqual([0, 0, 0]);
  expect(problems()).toEqual([]);
  const verbs = listReceipts(state, 'shop').map((each) => each.verb);
  expect(new Set(verbs).size).toBe(60);
});

test('an edit is found, also when the editor made a new hash for it', async () => {
  chainOf(3);
  await rewrite(2, (each) => ({ ...each, result: 'failed' }));
  expect(problems()).toEqual(['2: its content is not what its hash was made over']);
  await rewrite(2, (each) => ({ ...each, hash: receiptHash(each) }));
  expect(problems()).toEqual(['3: it does not follow the receipt before it']);
});

test('an edit of the last one with a new hash is found by the head', async () => {
  chainOf(2);
  await rewrite(2, (each) => ({ ...each, verb: 'other', hash: receiptHash({ ...each, verb: 'other' }) }));
  expect(problems()).toEqual(['2: it is not the receipt that head.json names']);
});

test('white space is an edit too', async () => {
  chainOf(1);
  await writeFile(file(1), `${await readFile(file(1), 'utf8')}\n`);
  expect(problems()).toEqual(['1: its content is not what its hash was made over']);
});

test('a gap is found', async () => {
  chainOf(3);
  await unlink(file(2));
  expect(problems()).toEqual(['2: it is missing', '3: it does not follow the receipt before it']);
});

test('a missing end is found', async () => {
  chainOf(3);
  await unlink(file(3));
  await unlink(file(2));
  expect(problems()).toEqual(['2: it is missing from the end of the chain', '3: it is missing from the end of the chain']);
});

test('a reorder is found', async () => {
  chainOf(3);
  await rename(file(1), `${file(1)}.x`);
  await rename(file(2), file(1));
  await rename(`${file(1)}.x`, file(2));
  expect(problems().length).toBeGreaterThan(0);
});

test('an unreadable receipt is reported, and nothing is added after it', async () => {
  chainOf(2);
  await writeFile(file(2), '{');
  expect(problems()).toContain('2: it can not be read as a receipt');
  await unlink(join(receiptFolder(state, 'shop'), 'head.json'));
  expect(() => appendReceipt(state, receipt())).toThrow(expect.objectContaining({ code: 'RECEIPT_CHAIN_BROKEN' }));
});

test('a writer that was killed before it moved the head has lost nothing', async () => {
  const [, second] = chainOf(2);
  await writeFile(join(receiptFolder(state, 'shop'), 'head.json'), canonicalJson({ sequence: 1, hash: second?.previous ?? '' }));
  expect(problems()).toEqual([]);
  expect(appendReceipt(state, receipt())).toMatchObject({ sequence: 3, previous: second?.hash });
  expect(problems()).toEqual([]);
});

test('a receipt that is not there is an error that says which is the last', async () => {
  chainOf(1);
  expect(() => readReceipt(state, 'shop', 7)).toThrow(
    expect.objectContaining({
      code: 'RECEIPT_NOT_FOUND',
      hint: expect.stringContaining('1'),
    }),
  );
});

test('a state directory that can not be written is a clear error', async () => {
  expect(() => appendReceipt(import.meta.filename, receipt())).toThrow(
    expect.objectContaining({
      code: 'STATE_DIRECTORY',
      message: expect.stringContaining(import.meta.filename),
    }),
  );
});

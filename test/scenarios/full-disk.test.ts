// A state directory on a disk that is full: a small file system of its own, filled to the last page.

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mustRun } from '../../tools/parts/run.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';

const pageBytes = 4096;

let folder: Folder;
let state: string;
beforeEach(async () => {
  await ensureBusyboxImage();
  folder = await folderWith(`services: { web: { image: "${busyboxImage}", command: sleep 1000, stop_signal: KILL } }\n`);
  state = folder.environment['XDG_STATE_HOME'] ?? '';
  await mkdir(state);
  await mustRun('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'muster-test', state]);
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
});
afterEach(async () => {
  await mustRun('umount', [state]);
  await folder.cleanUp();
});

/** Leaves room for that many small files. */
function fill(pagesLeft: number): void {
  const filler = openSync(join(state, 'filler'), 'w');
  let size = 0;
  try {
    for (;;) size += writeSync(filler, Buffer.alloc(pageBytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  ftruncateSync(filler, size - pagesLeft * pageBytes);
  closeSync(filler);
}

const replicas = async (): Promise<number> => (await folder.muster('ps', '-q')).stdout.split('\n').length - 1;

test.each([
  ['anything', 0],
  ['a second note of who holds a lock', 1],
  ['a receipt', 2],
])('without room for %s nothing is made', async (_, pagesLeft) => {
  fill(pagesLeft);
  const { code, stderr } = await folder.muster('scale', 'web=2');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /there is no room for a receipt in .*: the disk is full\n {2}hint: free some space; nothing was changed/,
  );
  expect(stderr).toContain('code: STATE_DIRECTORY');
  expect(await replicas()).toBe(1);
});

test.each([
  ['stop', [], 'exited'],
  ['kill', [], 'exited'],
  ['rm', ['--stop', '--force'], ''],
  ['down', [], ''],
])('%s works where the disk is full, and says that its receipt is missing', async (verb, flags, state) => {
  fill(0);
  const { code, stderr } = await folder.muster(verb, ...flags);
  expect(code).toBe(1);
  expect(stderr).toMatch(/the receipt can't be written to .*: the disk is full/);
  expect((await folder.muster('ps', '-a', '--format', '{{.State}}')).stdout.trim()).toBe(state);
});

test('without room for the whole receipt the command fails and says so; what it did stands, and the chain holds', async () => {
  // Two notes of who holds a lock, and as much as is looked for: the receipt, but not what comes after it.
  fill(3);
  const { code, stderr } = await folder.muster('scale', 'web=2');
  expect(code).toBe(1);
  expect(stderr).toMatch(/the receipt can't be written to .*: the disk is full\n {2}hint: free some space/);
  expect(stderr).toContain('code: STATE_DIRECTORY');
  expect(await replicas()).toBe(2);

  await folder.run('rm', join(state, 'filler'));
  expect(await folder.muster('scale', 'web=1')).toMatchObject({ code: 0 });
  // Whether the receipt itself found room or not.
  expect((await folder.muster('receipts', 'verify')).stdout).toMatch(/^[23] receipts of project .*: the chain holds/);
});

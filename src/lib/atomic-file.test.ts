import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFile, replaceFile } from './atomic-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-atomic-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('replacing gives the whole new content with the mode asked for, and leaves nothing else', async () => {
  const path = join(folder, 'a');
  replaceFile(path, 'one', { mode: 0o600 });
  replaceFile(path, 'two', { mode: 0o600 });
  expect(await readFile(path, 'utf8')).toBe('two');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['a']);
});

test('of those that create one file exactly one succeeds', async () => {
  const path = join(folder, 'a');
  expect(createFile(path, 'one', { mode: 0o600 })).toBe(true);
  expect(createFile(path, 'two', { mode: 0o600 })).toBe(false);
  expect(await readFile(path, 'utf8')).toBe('one');
  expect(await readdir(folder)).toEqual(['a']);
});

test('a failure leaves no half-written file behind', async () => {
  expect(() => replaceFile(join(folder, 'none', 'a'), 'x', { mode: 0o600 })).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  expect(await readdir(folder)).toEqual([]);
});

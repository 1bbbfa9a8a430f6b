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
  await replaceFile(path, 'one', { mode: 0o600 });
  await replaceFile(path, 'two', { mode: 0o600 });
  expect(await readFile(path, 'utf8')).toBe('two');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['a']);
});

test('of many that create one file at once exactly one succeeds', async () => {
  const path = join(folder, 'a');
  const made = await Promise.all(Array.from({ length: 10 }, (_, index) => createFile(path, `${index}`, { mode: 0o600 })));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await readFile(path, 'utf8')).toBe(String(made.indexOf(true)));
  expect(await readdir(folder)).toEqual(['a']);
});

test('a failure leaves no half-written file behind', async () => {
  await expect(replaceFile(join(folder, 'none', 'a'), 'x', { mode: 0o600 })).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(folder)).toEqual([]);
});

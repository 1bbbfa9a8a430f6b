import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wantedPaths } from './wanted-paths.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'muster-wanted-'));
  for (const folder of ['src/deep', 'other', 'real']) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ['src/a.ts', 'src/deep/b.ts', 'other/x', 'real/file', 'top.txt']) writeFileSync(join(root, file), file);
  symlinkSync('../real', join(root, 'src/link'));
  symlinkSync('loop', join(root, 'loop'));
  symlinkSync('/real/file', join(root, 'absolute.lnk'));
  symlinkSync('../../../../real', join(root, 'outside'));
});
afterAll(() => rmSync(root, { recursive: true }));

const everything = [
  'top.txt',
  'src',
  'src/a.ts',
  'src/deep/b.ts',
  'src/link',
  'other/x',
  'real',
  'real/file',
  'loop',
  'absolute.lnk',
  'outside',
];
const wantedOf = async (...named: string[]) => everything.filter(await wantedPaths(root, named));

test.each([
  [[], everything],
  [['.'], everything],
  [['/top.txt'], ['top.txt']],
  [['src/deep'], ['src', 'src/deep/b.ts']],
  [['src/*.ts'], ['src', 'src/a.ts', 'src/deep/b.ts', 'src/link']],
  [['src/link/file'], ['src', 'src/link', 'real', 'real/file']],
  [['*.lnk'], everything],
  [['absolute.lnk'], ['real', 'real/file', 'absolute.lnk']],
  [['outside/file'], ['real', 'real/file', 'outside']],
  [['loop'], ['loop']],
  [['missing'], []],
])('%j wants nothing but %j', async (named, wanted) => {
  expect(await wantedOf(...named)).toEqual(wanted);
});

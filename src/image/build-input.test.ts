import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { unpackTar } from 'modern-tar';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Build } from '#model/project.ts';
import { buildInputOf, isRemoteContext } from './build-input.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'muster-context-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, content: string | Uint8Array = path): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

async function archive(build: Build = {}): Promise<{ dockerfile: string; bytes: Buffer }> {
  const input = await buildInputOf({ context: root, ...build }, 'web');
  if (input.kind === 'remote') throw new Error('a local context was expected');
  return { dockerfile: input.dockerfile, bytes: await buffer(await input.pack()) };
}

const entries = async (build?: Build) => unpackTar((await archive(build)).bytes);
const names = async (build?: Build): Promise<string[]> => (await entries(build)).map((entry) => entry.header.name);

describe('a build context', () => {
  test('has files, folders and links as they are, owned by root, in a stable order', async () => {
    write('Dockerfile', 'FROM scratch');
    write('b/run.sh', '#!/bin/sh');
    chmodSync(join(root, 'b/run.sh'), 0o755);
    utimesSync(join(root, 'b/run.sh'), 1e9, 1e9);
    write('a.txt', 'content');
    symlinkSync('../a.txt', join(root, 'b/link'));
    const found = await entries();
    expect(found.map((entry) => [entry.header.name, entry.header.type])).toEqual([
      ['Dockerfile', 'file'],
      ['a.txt', 'file'],
      ['b/', 'directory'],
      ['b/link', 'symlink'],
      ['b/run.sh', 'file'],
    ]);
    expect(found[3]?.header.linkname).toBe('../a.txt');
    expect(found[4]?.header).toMatchObject({ mode: 0o755, uid: 0, gid: 0, mtime: new Date(1e12) });
    expect(Buffer.from(found[1]?.data ?? []).toString()).toBe('content');
  });

  test('is read by tar itself: long, odd and non-ASCII names, empty and large files', async () => {
    write('Dockerfile');
    const long = `${'deep/'.repeat(40)}${'n'.repeat(200)}`;
    for (const path of [long, 'ünï cödé/日本.txt', 'empty', ' spaces \'quotes" ']) write(path, path === 'empty' ? '' : path);
    write('large', Buffer.alloc(3_000_001, 'x'));
    const { bytes } = await archive();
    const out = join(root, 'out');
    mkdirSync(out);
    execFileSync('tar', ['-x', '-C', out], { input: bytes, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const path of [long, 'ünï cödé/日本.txt', ' spaces \'quotes" ', 'empty', 'large'])
      execFileSync('cmp', [join(root, path), join(out, path)]);
  });

  test('leaves out what .dockerignore names, but never the Dockerfile and .dockerignore themselves', async () => {
    write('.dockerignore', '*\n!src\nsrc/*.log\n!src/keep.log');
    for (const path of ['Dockerfile', 'secret.env', 'src/a.js', 'src/a.log', 'src/keep.log', 'node_modules/x']) write(path);
    expect(await names()).toEqual(['.dockerignore', 'Dockerfile', 'src/', 'src/a.js', 'src/keep.log']);
  });

  test('brings an exception back together with the folders above it', async () => {
    write('.dockerignore', 'vendor\n!vendor/kept/deep/file');
    for (const path of ['Dockerfile', 'vendor/big', 'vendor/kept/other', 'vendor/kept/deep/file', 'vendor/z']) write(path);
    expect(await names()).toEqual([
      '.dockerignore',
      'Dockerfile',
      'vendor/',
      'vendor/kept/',
      'vendor/kept/deep/',
      'vendor/kept/deep/file',
    ]);
  });

  test('obeys the ignore file of its own Dockerfile instead', async () => {
    write('.dockerignore', 'a');
    write('docker/web.Dockerfile.dockerignore', 'b\ndocker');
    for (const path of ['docker/web.Dockerfile', 'a', 'b']) write(path);
    expect(await names({ dockerfile: 'docker/web.Dockerfile' })).toEqual([
      '.dockerignore',
      'a',
      'docker/',
      'docker/web.Dockerfile',
    ]);
  });

  test('leaves sockets and pipes out', async () => {
    write('Dockerfile');
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect(await names()).toEqual(['Dockerfile']);
  });

  test('carries an inline Dockerfile under a name that COPY . . does not see', async () => {
    write('.dockerignore', 'x');
    write('a');
    const { dockerfile, bytes } = await archive({ dockerfile_inline: 'FROM scratch\n' });
    const found = await unpackTar(bytes);
    expect(found.map((entry) => entry.header.name)).toEqual(['a', '.dockerignore', dockerfile]);
    expect(Buffer.from(found[1]?.data ?? []).toString()).toBe(`x\n${dockerfile}\n`);
    expect(Buffer.from(found[2]?.data ?? []).toString()).toBe('FROM scratch\n');
    expect((await archive({ dockerfile_inline: 'FROM scratch\n' })).dockerfile).toBe(dockerfile);
  });

  test('carries a Dockerfile from outside', async () => {
    write('app/a');
    write('docker/Dockerfile', 'FROM scratch');
    const { dockerfile, bytes } = await archive({ context: join(root, 'app'), dockerfile: '../docker/Dockerfile' });
    expect((await unpackTar(bytes)).map((entry) => entry.header.name)).toEqual(['a', '.dockerignore', dockerfile]);
  });

  test('that becomes shorter while it is sent is an error that names the file', async () => {
    write('Dockerfile');
    write('log', Buffer.alloc(30_000_000));
    const input = await buildInputOf({ context: root }, 'web');
    if (input.kind === 'remote') throw new Error('a local context was expected');
    const stream = await input.pack();
    const reading = (async () => {
      let bytes = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > 1_000_000) truncateSync(join(root, 'log'), 10);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'BUILD_INPUT', message: expect.stringContaining(join(root, 'log')) });
  });

  test('is sent in constant memory, at the pace of its reader', async () => {
    write('Dockerfile');
    execFileSync('truncate', ['-s', '400M', join(root, 'huge')]);
    const script = `
      import { buildInputOf } from ${JSON.stringify(join(import.meta.dirname, 'build-input.ts'))};
      const input = await buildInputOf({ context: ${JSON.stringify(root)} }, 'web');
      let bytes = 0, peak = 0;
      for await (const chunk of await input.pack()) { bytes += chunk.length; peak = Math.max(peak, process.memoryUsage().rss); }
      console.log(JSON.stringify({ bytes, megabytes: Math.round(peak / 1e6) }));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const { bytes, megabytes } = JSON.parse((await buffer(child.stdout)).toString()) as { bytes: number; megabytes: number };
    expect(bytes).toBeGreaterThan(400 * 1024 * 1024);
    expect(megabytes).toBeLessThan(200);
  });
});

describe('before anything is sent', () => {
  test.each<[string, Build, RegExp]>([
    ['a missing context', { context: '/nonexistent/app' }, /build context of service "web" is missing: \/nonexistent\/app/],
    ['a context that is a file', { context: import.meta.filename }, /is no directory/],
    ['a missing Dockerfile', {}, /the Dockerfile of service "web" is missing: .*\/Dockerfile/],
    ['a named Dockerfile that is missing', { dockerfile: 'web.Dockerfile' }, /web\.Dockerfile/],
  ])('%s is an error with its path', async (_what, build, message) => {
    const input = buildInputOf({ context: root, ...build }, 'web');
    await expect(input).rejects.toMatchObject({
      code: 'BUILD_INPUT',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/^create it/),
    });
  });

  test('a lower-case dockerfile is found as Docker finds it', async () => {
    write('dockerfile');
    expect((await archive()).dockerfile).toBe('dockerfile');
  });

  test('remote contexts are left to the engine', async () => {
    const remotes = [
      'https://example.com/app.tar.gz',
      'git@example.com:o/r.git',
      'github.com/o/r',
      'ssh://git@example.com/o/r#main:sub',
    ];
    expect(remotes.map(isRemoteContext)).toEqual([true, true, true, true]);
    expect([isRemoteContext('/srv/app'), isRemoteContext('./github.com')]).toEqual([false, false]);
    expect(await buildInputOf({ context: 'github.com/o/r', dockerfile: 'x' }, 'web')).toEqual({
      kind: 'remote',
      remote: 'github.com/o/r',
      dockerfile: 'x',
    });
  });
});

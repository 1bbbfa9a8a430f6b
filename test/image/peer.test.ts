// The same context through Docker's own client and its classic builder: the images hold the same files, whichever builder we use.

import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '#engine/engine.ts';
import { openEngine } from '#engine/open.ts';
import { buildImage } from '#image/build.ts';
import { inspectImage } from '#image/local-images.ts';
import { ensureBusyboxImage } from '../support/images.ts';
import { removeLabelled } from './clean-up.ts';

const run = promisify(execFile);
const ours = `muster-test-image-ours:${process.pid}`;
const theirs = `muster-test-image-theirs:${process.pid}`;
const label = `muster-test=image-peer-${process.pid}`;
let engine: Engine;
let base = '';
let root = '';

beforeAll(async () => {
  base = await ensureBusyboxImage();
  engine = openEngine({ environment: process.env });
  root = await mkdtemp(join(tmpdir(), 'muster-peer-'));
  const files = [
    'a.txt',
    'b.log',
    'B.LOG',
    'src/a.ts',
    'src/a.test.ts',
    'src/deep/b.log',
    'src/deep/keep.log',
    'build/x',
    'sub/build/y',
  ];
  for (const path of [
    ...files,
    'docs/README.md',
    'docs/other.md',
    '.hidden/secret',
    'vendor/a/one',
    'vendor/b/two',
    'tmp [1]/x',
    'ünï/x',
  ]) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
  await chmod(join(root, 'a.txt'), 0o751);
  await symlink('a.txt', join(root, 'link'));
  await symlink('/nonexistent', join(root, 'dangling'));
  await mkdir(join(root, 'empty'));
  await writeFile(join(root, 'Dockerfile'), `FROM ${base}\nCOPY . /context\n`);
});
afterAll(async () => {
  await removeLabelled(engine, label);
  engine.close();
  await rm(root, { recursive: true });
});

const listing = async (image: string): Promise<string> => {
  const find = 'find /context | sort | while read f; do stat -c "%N %a %u %g %s" "$f"; done';
  return (await run('docker', ['run', '--rm', image, 'sh', '-c', find])).stdout;
};

test.each([
  ['no rules', ''],
  ['names and wildcards', '*.log\nbuild\n.hidden\n# comment\n\n'],
  ['at any depth', '**/*.log\n**/build'],
  ['an exception', '**/*.log\n!src/deep/keep.log'],
  ['an allow list', '*\n!src\n!docs/README.md\nsrc/**/*.test.ts'],
  ['an exception below an ignored folder', 'vendor\n!vendor/a'],
  ['the last rule wins', '*.txt\n!a.txt\na.t?t'],
  ['odd forms', '/build/\n./docs/\nsrc/../vendor\ntmp \\[1\\]\n'],
  ['the Dockerfile and the rules themselves', 'Dockerfile\n.dockerignore\n*'],
])('%s', async (_what, rules) => {
  await writeFile(join(root, '.dockerignore'), rules);
  const signal = new AbortController().signal;
  const build = { context: root, labels: { 'muster-test': label.slice('muster-test='.length) } };
  const buildOurs = async (DOCKER_BUILDKIT: string): Promise<string> => {
    const context = { signal, output: () => {}, environment: { ...process.env, DOCKER_BUILDKIT } };
    await buildImage(engine, { service: 'web', build, tag: ours, noCache: true }, context);
    return listing(ours);
  };
  await run('docker', ['build', '--no-cache', '--label', label, '-t', theirs, root], {
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  });
  const expected = await listing(theirs);
  expect(await buildOurs('0')).toBe(expected);
  expect(await buildOurs('1')).toBe(expected);
});

test('what an image says of itself is the same from every builder', async () => {
  await writeFile(join(root, '.dockerignore'), '*');
  const instructions = ['ENV A=1', 'LABEL own=x', 'USER nobody', 'WORKDIR /tmp', 'EXPOSE 80', 'VOLUME /data', 'CMD ["sh"]'];
  const dockerfile = ['FROM ' + base, ...instructions, 'ENTRYPOINT ["env"]', 'STOPSIGNAL SIGINT', ''].join('\n');
  await writeFile(join(root, 'full.Dockerfile'), dockerfile);
  const build = { context: root, dockerfile: 'full.Dockerfile', labels: { 'muster-test': label.slice('muster-test='.length) } };
  const configOf = async (tag: string): Promise<unknown> => {
    const { Labels, Env, User, WorkingDir, ExposedPorts, Volumes, Cmd, Entrypoint, StopSignal } =
      (await inspectImage(engine, tag))?.Config ?? {};
    return { Labels, Env, User, WorkingDir, ExposedPorts, Volumes, Cmd, Entrypoint, StopSignal };
  };
  await run('docker', ['build', '--label', label, '-t', theirs, '-f', join(root, 'full.Dockerfile'), root], {
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  });
  const expected = await configOf(theirs);
  expect(expected).toMatchObject({ Labels: { own: 'x' }, User: 'nobody', StopSignal: 'SIGINT' });
  for (const DOCKER_BUILDKIT of ['0', '1']) {
    const context = { signal: new AbortController().signal, output: () => {}, environment: { ...process.env, DOCKER_BUILDKIT } };
    await buildImage(engine, { service: 'web', build, tag: ours }, context);
    expect(await configOf(ours)).toEqual(expected);
  }
});

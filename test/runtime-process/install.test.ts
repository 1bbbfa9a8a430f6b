// Bringing Node.js and muster to a host that has neither: real files, in a folder that stands for the host's state directory.

import { appendFile, mkdtemp, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '#host/host.ts';
import { localHost } from '#host/local.ts';
import { mustRun } from '../../tools/parts/run.ts';
import { installedProgram } from '#runtime/process/agent/install.ts';

const program = { local: [process.execPath, resolve(import.meta.dirname, '../../src/main.ts')] as const };

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'muster-install-'));
});
afterEach(() => rm(state, { recursive: true, force: true }));

/** This machine, counting what is brought to it. */
function counting(host: Host): { readonly host: Host; readonly uploads: string[] } {
  const uploads: string[] = [];
  const upload: Host['upload'] = (from, to, options) => {
    uploads.push(to);
    return host.upload(from, to, options);
  };
  return { host: { ...host, upload }, uploads };
}

test('what was brought runs there, and is brought once', async () => {
  const { host, uploads } = counting(localHost());
  const command = await installedProgram(host, state, program);
  expect(command.every((path) => path.startsWith(state))).toBe(true);
  const { stdout, exitCode } = await host.run({ argv: [...command, 'version', '--short'], env: { HOME: state } });
  expect(exitCode).toBe(0);
  expect(stdout.toString()).toMatch(/^\d+\.\d+\.\d+/);
  const first = uploads.length;
  expect(first).toBeGreaterThan(0);
  expect(await installedProgram(host, state, program)).toEqual(command);
  expect(uploads).toHaveLength(first);
});

test('it belongs to its user alone', async () => {
  await installedProgram(localHost(), state, program);
  expect((await stat(join(state, 'program'))).mode & 0o777).toBe(0o700);
});

test('another kind of processor is refused before anything is copied', async () => {
  const { host, uploads } = counting(localHost());
  const foreign: Host = { ...host, location: 'ssh://pi', facts: async () => ({ ...(await host.facts()), arch: 'arm' }) };
  await expect(installedProgram(foreign, state, program)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  expect(uploads).toEqual([]);
});

test('a copy whose bytes are not those that came any more is made again', async () => {
  const { host, uploads } = counting(localHost());
  const [node, main] = await installedProgram(host, state, program);
  uploads.length = 0;
  const file = await open(node, 'r+');
  await file.write('x', 1_000_000);
  await file.close();
  await appendFile(join(dirname(main), 'lib/version.ts'), '// damaged');
  expect(await installedProgram(host, state, program)).toEqual([node, main]);
  expect(uploads).toContain(node);
  expect((await host.run({ argv: [node, main, 'version', '--short'], env: { HOME: state } })).exitCode).toBe(0);
  expect(await readFile(join(dirname(main), 'lib/version.ts'), 'utf8')).not.toContain('damaged');
});

test('two first uses at once bring one program, from which both can start', async () => {
  const commands = await Promise.all([1, 2].map(() => installedProgram(localHost(), state, program)));
  expect(commands[0]).toEqual(commands[1]);
  const { exitCode } = await localHost().run({ argv: [...(commands[0] as [string, string]), 'version'], env: { HOME: state } });
  expect(exitCode).toBe(0);
  expect((await readdir(join(state, 'program'))).filter((name) => /^\.|muster-.*\./.test(name))).toEqual([]);
});

test('a disk that is full is told as such, with what is needed where, and nothing is left of the copy', async () => {
  await mustRun('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'muster-test', state]);
  try {
    await expect(installedProgram(localHost(), state, program)).rejects.toMatchObject({
      code: 'COPY_FAILED',
      message: "muster can't be brought to local: the disk is full",
      hint: expect.stringContaining(join(state, 'program')) as string,
    });
    expect(await readdir(join(state, 'program'))).toEqual([]);
  } finally {
    await mustRun('umount', [state]);
  }
});

test('who stops waiting leaves nothing of the copy behind', async () => {
  const controller = new AbortController();
  const host = localHost();
  const upload: Host['upload'] = (from, to, options) => {
    setImmediate(() => controller.abort());
    return host.upload(from, to, options);
  };
  const installing = installedProgram({ ...host, upload }, state, program, controller.signal);
  await expect(installing).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await readdir(join(state, 'program'))).toEqual([]);
});

test('a copy that broke off is made again', async () => {
  const host = localHost();
  const [node] = await installedProgram(host, state, program);
  await host.writeFile(node, Buffer.from('half'), { mode: 0o700 });
  const [again] = await installedProgram(host, state, program);
  expect((await host.run({ argv: [again, '--version'] })).stdout.toString().trim()).toBe(process.version);
  expect((await readdir(join(state, 'program'))).filter((name) => name.startsWith('.'))).toEqual([]);
});

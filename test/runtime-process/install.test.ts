// Bringing Node.js and muster to a host that has neither: real files, in a folder that stands for the host's state directory.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, open, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

describe('earlier copies', () => {
  const monthsAgo = new Date(Date.now() - 60 * 86_400_000);
  const folder = (): string => join(state, 'program');

  /** As an earlier version left it. */
  async function copyOf(name: string, at: Date): Promise<string> {
    const path = join(folder(), name);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'main.ts'), '');
    await writeFile(`${path}.sha256`, '');
    await utimes(path, at, at);
    return path;
  }

  test('go when a new one comes: those that were used lately, or that something runs from, stay', async () => {
    await copyOf('muster-0000000000000000', monthsAgo);
    await copyOf('node-v1.0.0-linux-x64', monthsAgo);
    await copyOf('muster-1111111111111111', new Date());
    const running = await copyOf('muster-2222222222222222', monthsAgo);
    const agent = spawn('sh', ['-c', 'read -r line; :', 'agent', join(running, 'main.ts')], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    try {
      await once(agent, 'spawn');
      const command = await installedProgram(localHost(), state, program);
      const kept = (await readdir(folder())).filter((name) => !name.endsWith('.sha256'));
      const made = command.map((path) => path.slice(folder().length + 1).split('/')[0] ?? '');
      expect(kept.toSorted()).toEqual(['muster-1111111111111111', 'muster-2222222222222222', ...made].toSorted());
      expect((await readdir(folder())).filter((name) => /^node-v1\.|0000/.test(name))).toEqual([]);
    } finally {
      agent.kill();
    }
  });

  test('are no earlier ones while agents are started from them', async () => {
    const [node, main] = await installedProgram(localHost(), state, program);
    const copies = [node, dirname(dirname(main))];
    for (const path of copies) await utimes(path, monthsAgo, monthsAgo);
    await installedProgram(localHost(), state, program);
    for (const path of copies) expect((await stat(path)).mtime.getTime()).toBeGreaterThan(monthsAgo.getTime() + 86_400_000);
  });
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

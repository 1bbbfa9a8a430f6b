import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LockHolder, type LockRequest, withProjectLock } from './project-lock.ts';

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'muster-lock-'));
});
afterEach(() => rm(stateDirectory, { recursive: true }));

const request = (fields: Partial<LockRequest> = {}): LockRequest => ({
  stateDirectory,
  place: 'unix:///var/run/docker.sock',
  project: 'shop',
  command: 'muster up',
  timeoutMs: 0,
  signal: new AbortController().signal,
  ...fields,
});

test('a second run is refused with the first one’s command and process', async () => {
  await withProjectLock(request({ command: 'muster up -d' }), async () => {
    await expect(withProjectLock(request(), async () => 'in')).rejects.toMatchObject({
      code: 'PROJECT_LOCKED',
      message: expect.stringMatching(new RegExp(`project shop .*"muster up -d" \\(pid ${process.pid}, since `)),
      hint: expect.stringContaining(`kill ${process.pid}`),
    });
  });
});

test('a second run waits, is told once for whom, and goes on when the first has ended', async () => {
  const told: (LockHolder | null)[] = [];
  let second: Promise<string> | undefined;
  const order: string[] = [];
  await withProjectLock(request(), async () => {
    const waiting = new Promise<void>((resolve) => {
      const onWait = (holder: LockHolder | null): void => {
        told.push(holder);
        resolve();
      };
      second = withProjectLock(request({ timeoutMs: 10_000, onWait }), async () => {
        order.push('second');
        return 'in';
      });
    });
    await waiting;
    order.push('first');
  });
  await expect(second).resolves.toBe('in');
  expect(order).toEqual(['first', 'second']);
  expect(told).toMatchObject([{ pid: process.pid, command: 'muster up' }]);
});

test('other projects and other engines have locks of their own', async () => {
  const result = await withProjectLock(request(), () =>
    withProjectLock(request({ project: 'blog' }), () => withProjectLock(request({ place: 'tcp://far' }), async () => 'in')),
  );
  expect(result).toBe('in');
});

test('the lock is free again after work that failed', async () => {
  await expect(withProjectLock(request(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(withProjectLock(request(), async () => 'in')).resolves.toBe('in');
});

test('waiting ends when the signal fires', async () => {
  const abort = new AbortController();
  await withProjectLock(request(), async () => {
    const second = withProjectLock(
      request({ timeoutMs: 60_000, signal: abort.signal, onWait: () => abort.abort() }),
      async () => 'in',
    );
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

test('the lock of a holder that was killed is free, whatever it left behind', async () => {
  const script = `
    const { withProjectLock } = await import(${JSON.stringify(join(import.meta.dirname, 'project-lock.ts'))});
    const { signal } = new AbortController();
    await withProjectLock({ ...${JSON.stringify({ ...request(), signal: undefined })}, signal }, async () => {
      process.stdout.write('held');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: join(import.meta.dirname, '../..'),
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await expect(withProjectLock(request(), async () => 'in')).rejects.toThrow(`pid ${child.pid}`);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  await expect(withProjectLock(request(), async () => 'in')).resolves.toBe('in');
});

test('a state directory that can not be used is said to be so', async () => {
  await expect(
    withProjectLock(request({ stateDirectory: join(import.meta.filename, 'in-a-file') }), async () => 'in'),
  ).rejects.toMatchObject({
    code: 'STATE_DIRECTORY',
  });
});

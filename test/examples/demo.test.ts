// `npm run demo` ends well within its time, and leaves nothing behind however it ends.

import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { mustRun, projectEnvironment, repository, run } from '../../tools/parts/run.ts';

const filter = ['--filter', 'label=com.docker.compose.project=guestbook-demo'];

async function leftovers(): Promise<string> {
  const lists = [
    ['ps', '-aq'],
    ['network', 'ls', '-q'],
    ['volume', 'ls', '-q'],
  ];
  return (await Promise.all(lists.map((list) => mustRun('docker', [...list, ...filter])))).join('').trim();
}

test('the demo tells its story in under two minutes', { timeout: 130_000 }, async () => {
  const started = performance.now();
  const outcome = await run('npm', ['run', '--silent', 'demo']);
  expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ code: 0 });
  expect(performance.now() - started).toBeLessThan(120_000);
  expect(outcome.stdout).toMatch(/3 replicas answer/);
  expect(outcome.stdout).toContain('gentle');
  expect(outcome.stdout).toMatch(/answered by process api-1/);
  expect(outcome.stdout).toContain('To try next');
  expect(await leftovers()).toBe('');
});

test('without an engine the demo tells it natively, in seconds', { timeout: 130_000 }, async () => {
  const outcome = await run('npm', ['run', '--silent', 'demo', '--', '--native']);
  expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ code: 0 });
  expect(outcome.stdout).toMatch(/guestbook-demo-store-1 .*Up .*127\.0\.0\.1:\d+->6379/);
  expect(outcome.stdout).toContain('Ada: What a d*** fine guest book.');
  expect(outcome.stdout).toContain('To try next');
  const left = await run('node', ['src/main.ts', '--runtime', 'process', '-p', 'guestbook-demo', 'ps', '-aq']);
  expect(left.stdout.trim()).toBe('');
});

test('a demo that is interrupted takes down what it has brought up', { timeout: 130_000 }, async () => {
  // A process group of its own, as a terminal has: Ctrl-C reaches everybody in it.
  const demo = spawn('node', ['tools/demo.ts'], {
    cwd: repository,
    env: projectEnvironment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const isUp = new Promise<void>((resolve) => {
    for (const stream of [demo.stdout, demo.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/\$ muster ps/.test(output)) resolve();
      });
  });
  const ended = new Promise<number | null>((resolve) => demo.once('close', resolve));
  await Promise.race([isUp, ended]);
  expect(await leftovers(), output).not.toBe('');
  // The group's id is the leader's process id.
  process.kill(-(demo.pid as number), 'SIGINT');
  expect(await ended, output).toBe(130);
  expect(await leftovers()).toBe('');
});

// `muster status --watch`: what changes is shown as it changes, until Ctrl-C.

import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith, launch, musterProgram } from '../support/muster.ts';

let folder: Folder;
beforeEach(async () => {
  folder = await folderWith(`
services:
  calm: { command: sleep 1000, stop_signal: KILL, x-muster: { runtime: process } }
  web:
    command: sleep 1000
    stop_signal: KILL
    healthcheck: { test: test -e well, interval: 100ms, retries: 1 }
    x-muster: { runtime: process }
`);
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
});
afterEach(() => folder.cleanUp());

test('on a pipe it prints a line per change, and ends with Ctrl-C', async () => {
  const watching = folder.start(['status', '--watch']);
  await watching.until(/ {2}web {2}unhealthy {2}0\/1 {2}/);
  await folder.write('well', '');
  await watching.until(/ {2}web {2}healthy {2}1\/1 {2}/);
  await folder.muster('kill', 'web');
  await watching.until(/ {2}web {2}stopped {2}0\/1 {2}/);
  watching.child.kill('SIGINT');
  const { code, stdout, stderr } = await watching.finished;
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  const lines = stdout.trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}(web|calm) {2}/);
  expect(lines.filter((line) => line.includes('  calm  '))).toHaveLength(1);
});

test('as JSON it prints the whole status once per change', async () => {
  const watching = folder.start(['status', '-w', '--format', 'json', 'calm']);
  await watching.until(/"status":"healthy"/);
  await folder.muster('stop', 'calm');
  await watching.until(/"status":"stopped"/);
  watching.child.kill('SIGTERM');
  const { stdout } = await watching.finished;
  const said = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { status: string; services: { service: string }[] });
  expect(said.map(({ status, services }) => [status, ...services.map(({ service }) => service)])).toEqual([
    ['healthy', 'calm'],
    ['stopped', 'calm'],
  ]);
});

test('at a terminal one table is drawn anew in its place, no wider than the terminal', async () => {
  const script = `stty rows 24 cols 60; exec '${musterProgram}' status --watch`;
  const typing = `until [ -e enough ]; do sleep 0.1; done; printf '\\003'`;
  const watching = launch(
    'sh',
    ['-c', `(${typing}) | script -qec "${script}" /dev/null; echo "[$?]"`],
    folder.path,
    folder.environment,
  );
  await watching.until(/web +\S*unhealthy/);
  await folder.write('well', '');
  // Up over the header and both services, and clear from there on.
  // eslint-disable-next-line no-control-regex
  await watching.until(/\u001B\[3A\u001B\[0JSERVICE[^\u001B]*calm[\s\S]*web +\S*healthy/);
  await folder.write('enough', '');
  const { stdout } = await watching.finished;
  expect(stdout.trimEnd()).toMatch(/\[130\]$/);
  const widths = stripVTControlCharacters(stdout)
    .split(/\r?\n/)
    .map(({ length }) => length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(60);
});

test('who can no longer be asked is unknown, and known again once the engine is back', async () => {
  await ensureBusyboxImage();
  await folder.write('compose.yaml', `services: { box: { image: ${busyboxImage}, command: sleep 1000, stop_signal: KILL } }`);
  const socket = join(folder.path, 'engine.sock');
  let engine = await lendEngine(socket);
  expect(await folder.muster('up', '-d', '--remove-orphans')).toMatchObject({ code: 0 });
  const watching = folder.start(['status', '-w'], { env: { DOCKER_HOST: `unix://${socket}` } });
  await watching.until(/box {2}healthy {2}1\/1/);
  engine.cut();
  await watching.until(/box {2}unknown {2}0\/1 {2}(docker can't|nothing can) be asked: /);
  engine = await lendEngine(socket);
  await watching.until(/unknown[\s\S]*box {2}healthy/);
  watching.child.kill('SIGINT');
  expect((await watching.finished).code).toBe(130);
  engine.cut();
});

/** The engine at an address of the test's own, which can be taken away. */
async function lendEngine(path: string): Promise<{ cut(): void }> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect('/var/run/docker.sock');
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  }).listen(path);
  await once(server, 'listening');
  return {
    cut: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

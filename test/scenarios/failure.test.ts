// What goes wrong on real machines: each failure is named with its remedy, nothing is lost, and the next run completes.

import { createServer } from 'node:net';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';

let folder: Folder | undefined;
beforeAll(() => ensureBusyboxImage());
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});

const sleeper = `{ image: "${busyboxImage}", command: sleep 1000, stop_signal: KILL }`;

test('an unhealthy dependency fails the run, says whose health and why, and its dependents never start', async () => {
  folder = await folderWith(`
services:
  db:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    healthcheck: { test: "echo the disk is on fire; exit 1", interval: 0.2s, retries: 2 }
  web:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    depends_on: { db: { condition: service_healthy } }
`);
  const up = await folder.muster('up', '-d');
  expect(up.code).toBe(1);
  expect(up.stderr).toMatch(/db.*unhealthy/s);
  expect(up.stderr).toContain('the disk is on fire');
  expect((await folder.muster('ps', '--services')).stdout).toBe('db\n');
});

test('an init job that exits non-zero fails the run with its exit code and the command to read its output', async () => {
  folder = await folderWith(`
services:
  init: { image: "${busyboxImage}", command: "sh -c 'echo no schema; exit 3'" }
  web:
    image: ${busyboxImage}
    command: sleep 1000
    depends_on: { init: { condition: service_completed_successfully } }
`);
  const up = await folder.muster('up', '-d');
  expect(up.code).toBe(1);
  expect(up.stderr).toMatch(/init.*\b3\b/s);
  expect(up.stderr).toContain('muster logs init');
  expect((await folder.muster('logs', '--no-color', 'init')).stdout).toContain('no schema');
});

test('an image that can not be had fails before anything is made', async () => {
  folder = await folderWith(`services:\n  web: { image: "localhost:1/nobody/nothing:9" }\n  ok: ${sleeper}\n`);
  const up = await folder.muster('up', '-d');
  expect(up.code).toBe(1);
  expect(up.stderr).toContain('localhost:1/nobody/nothing:9');
  expect((await folder.muster('ps', '-aq')).stdout).toBe('');
});

test('a port held by another process is reported with the process, before anything changes', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as { port: number };
  try {
    folder = await folderWith(
      `services:\n  web: { image: "${busyboxImage}", command: sleep 9, ports: ["127.0.0.1:${port}:80"] }\n`,
    );
    const up = await folder.muster('up', '-d');
    expect(up.code).toBe(1);
    expect(up.stderr).toContain(String(port));
    expect(up.stderr).toContain(`pid ${process.pid}`);
    expect((await folder.muster('ps', '-aq')).stdout).toBe('');
  } finally {
    server.close();
  }
});

test('a port held by another project is reported with the container that holds it', async () => {
  const port = await freePort();
  const holder = await folderWith(
    `services:\n  web: { image: "${busyboxImage}", command: sleep 1000, stop_signal: KILL, ports: ["${port}:80"] }\n`,
  );
  try {
    expect((await holder.muster('up', '-d')).code).toBe(0);
    folder = await folderWith(`services:\n  api: { image: "${busyboxImage}", command: sleep 9, ports: ["${port}:81"] }\n`);
    const up = await folder.muster('up', '-d');
    expect(up.code).toBe(1);
    expect(up.stderr).toContain(`${holder.project}-web-1`);
    expect((await folder.muster('ps', '-aq')).stdout).toBe('');
  } finally {
    await holder.cleanUp();
  }
});

test('two services of one file that want one port are refused with both names', async () => {
  folder = await folderWith(
    `services:\n  a: { image: "${busyboxImage}", ports: ["18080:80"] }\n  b: { image: "${busyboxImage}", ports: ["0.0.0.0:18080:81"] }\n`,
  );
  const up = await folder.muster('up', '-d');
  expect(up.code).toBe(1);
  expect(up.stderr).toMatch(/\ba\b.*\bb\b/s);
  expect(up.stderr).toContain('18080');
});

test('a build that fails shows the failing step and leaves what runs alone', async () => {
  folder = await folderWith(`services:\n  web: ${sleeper}\n`);
  await folder.muster('up', '-d');
  const before = (await folder.muster('ps', '-q')).stdout;
  await folder.write('Dockerfile', `FROM ${busyboxImage}\nRUN echo compiling && echo broken pipe dream && exit 9\n`);
  await folder.write('compose.yaml', 'services:\n  web: { build: ., command: sleep 1000 }\n');
  const up = await folder.muster('up', '-d');
  expect(up.code).not.toBe(0);
  expect(up.stderr).toContain('broken pipe dream');
  expect((await folder.muster('ps', '-q')).stdout).toBe(before);
});

test('Ctrl-C during up stops cleanly, says what is left, and the same command finishes the work', async () => {
  folder = await folderWith(`
services:
  slow:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    volumes: [".:/here:ro"]
    healthcheck: { test: test -e /here/ready, interval: 0.2s, retries: 10000 }
  web:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    depends_on: { slow: { condition: service_healthy } }
`);
  const running = folder.start(['up', '-d']);
  await running.until(/Service slow +Waiting/);
  running.child.kill('SIGINT');
  const interrupted = await running.finished;
  expect(interrupted.code).toBe(130);
  expect(interrupted.stderr).toMatch(/web/);
  expect(interrupted.stderr).toMatch(/again/);
  await folder.write('ready', '');
  expect((await folder.muster('up', '-d')).code).toBe(0);
  expect((await folder.muster('ps', '--services')).stdout.split('\n').sort().join(' ').trim()).toBe('slow web');
  expect((await folder.muster('receipts', 'verify')).code).toBe(0);
});

test.each([0.15, 0.4, 0.8, 1.4])('killed with -9 after %s s of a replacement, the next run completes it', async (seconds) => {
  const file = (command: string) =>
    `services:\n${['a', 'b', 'c', 'd'].map((name) => `  ${name}: { image: "${busyboxImage}", command: ${command}, stop_signal: KILL }\n`).join('')}`;
  folder = await folderWith(file('sleep 1000'));
  expect((await folder.muster('up', '-d')).code).toBe(0);
  await folder.write('compose.yaml', file('sleep 2000'));
  const running = folder.start(['up', '-d']);
  await new Promise((done) => setTimeout(done, seconds * 1000 + 200));
  running.child.kill('SIGKILL');
  await running.finished;
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  const names = (
    await folder.run(
      'docker',
      'ps',
      '-a',
      '--format',
      '{{.Names}} {{.Command}}',
      '--no-trunc',
      '--filter',
      `label=com.docker.compose.project=${folder.project}`,
    )
  ).stdout;
  expect(names.trim().split('\n').sort()).toEqual(
    ['a', 'b', 'c', 'd'].map((name) => `${folder?.project}-${name}-1 "sleep 2000"`),
  );
  expect((await folder.muster('plan', '--detailed-exitcode')).code).toBe(0);
  expect((await folder.muster('receipts', 'verify')).code).toBe(0);
});

test('two runs of one project at once: the second waits or names the holder, and both leave one consistent project', async () => {
  folder = await folderWith(`services:\n  a: ${sleeper}\n  b: ${sleeper}\n`);
  const [first, second] = await Promise.all([folder.muster('up', '-d'), folder.muster('up', '-d')]);
  for (const each of [first, second]) if (each.code !== 0) expect(each.stderr).toMatch(/pid \d+/);
  expect([first.code, second.code]).toContain(0);
  expect((await folder.muster('ps', '-aq')).stdout.trim().split('\n')).toHaveLength(2);
  expect((await folder.muster('receipts', 'verify')).code).toBe(0);
});

test('an absent engine and a forbidden one give a clear error with the remedy', async () => {
  folder = await folderWith(`services:\n  a: ${sleeper}\n`);
  const absent = await folder.start(['ps'], { env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } }).finished;
  expect(absent.code).toBe(1);
  expect(absent.stderr).toContain('/nonexistent/docker.sock');
  expect(absent.stderr).not.toMatch(/\n\s+at /);
});

test('a network that went away while its containers were stopped is made again and they join the new one', async () => {
  folder = await folderWith(`services:\n  a: ${sleeper}\n`);
  await folder.muster('up', '-d');
  await folder.muster('stop');
  expect((await folder.run('docker', 'network', 'rm', `${folder.project}_default`)).code).toBe(0);
  expect((await folder.muster('plan')).stdout).toContain('not attached to network default');
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect((await folder.muster('ps', '--services')).stdout).toBe('a\n');
  expect((await folder.muster('plan', '--detailed-exitcode')).code).toBe(0);
});

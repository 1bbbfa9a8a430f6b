// Services of one file on hosts that are reached in different ways, by the real program.

import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFar } from '../contracts/host-far.ts';
import type { Far } from '../contracts/host-far.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { folderWith, launch, musterProgram } from '../support/muster.ts';

let far: Far;
beforeAll(async () => {
  far = await makeFar();
});
afterAll(() => far?.close());

test('native services run over SSH, over SSH twice and under sudo over SSH: the agent is brought along and each is who it should be', async () => {
  const service = (host: string): string =>
    `{ x-muster: { runtime: process, host: "${host}", process: { command: ["sh", "-c", "id -un; exec sleep 1000"] } } }`;
  const folder = await folderWith(
    [
      'services:',
      `  plain: ${service(far.ssh)}`,
      `  twice: ${service(`${far.ssh},${far.ssh}`)}`,
      `  root: ${service(`${far.ssh},sudo://`)}`,
    ].join('\n'),
  );
  try {
    const up = await folder.muster('up', '-d');
    expect(up.stderr + up.stdout).not.toContain('Error');
    expect(up.code).toBe(0);
    const users: Readonly<Record<string, string>> = { plain: far.user.name, twice: far.user.name, root: 'root' };
    for (const [name, user] of Object.entries(users))
      expect((await folder.muster('exec', name, 'id', '-un')).stdout).toBe(`${user}\n`);
    expect((await folder.muster('ps', '--services')).stdout.trim().split('\n').sort()).toEqual(['plain', 'root', 'twice']);
    expect((await folder.muster('down')).code).toBe(0);
    expect((await folder.muster('ps', '-q')).stdout.trim()).toBe('');
  } finally {
    await folder.cleanUp();
  }
});

test('services of other hosts are found by their names, from native programs and from containers', async () => {
  await ensureBusyboxImage();
  // An address of this machine that a container reaches, as another machine's.
  const gateway = execFileSync('docker', ['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'], {
    encoding: 'utf8',
  }).trim();
  const there = await makeFar({ settings: [`ListenAddress ${gateway}`] });
  const { folder: keys, port } = there.server;
  const hostKey = readFileSync(join(keys, 'host-key.pub'), 'utf8');
  appendFileSync(join(keys, 'known_hosts'), `[${gateway}]:${port} ${hostKey}`);
  const serve = `require('node:http').createServer((_, answer) => answer.end('from there')).listen(process.env.MUSTER_PORT_80)`;
  const folder = await folderWith(`
services:
  far:
    ports: ["31471:80"]
    healthcheck: { interval: 100ms, retries: 10000 }
    x-muster:
      runtime: process
      host: ssh://${there.user.name}@${gateway}:${port}
      process: { command: ["${process.execPath}", "-e", ${JSON.stringify(serve)}] }
      health: { tcp: 80 }
  native:
    command: sleep 1000
    stop_signal: KILL
    depends_on: { far: { condition: service_healthy } }
    x-muster: { runtime: process }
  box:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    depends_on: { far: { condition: service_healthy } }
`);
  try {
    const up = await folder.muster('up', '-d');
    expect(up, up.stderr).toMatchObject({ code: 0 });
    const asking = `fetch('http://far:31471/').then((answer) => answer.text()).then(console.log)`;
    expect((await folder.muster('exec', '-T', 'native', process.execPath, '-e', asking)).stdout).toBe('from there\n');
    const fetching = ['wget', '-qO-', 'http://far:31471/'];
    expect((await folder.muster('exec', '-T', 'box', ...fetching)).stdout).toBe('from there');
    expect((await folder.muster('run', '--rm', '-T', 'box', ...fetching)).stdout).toBe('from there');
    // This machine has no address that the other one was told.
    expect((await folder.muster('exec', '-T', 'far', 'getent', 'hosts', 'box')).code).not.toBe(0);
    expect((await folder.muster('up', '-d')).stderr).toContain('Nothing to do: 3 up to date');
  } finally {
    await folder.cleanUp();
    await there.close();
  }
});

test('exec and run have a terminal over SSH, too: its size, changes of that, and keys as they are typed', async () => {
  const script = `
trap 'echo "now $(stty size)"' WINCH
trap 'echo interrupted; exit 9' INT
echo "tty $(tty) $(stty size)"
while :; do sleep 0.1; done`;
  const folder = await folderWith(
    `services:\n  web: { command: sleep 1000, stop_signal: KILL, x-muster: { runtime: process, host: "${far.ssh}" } }\n`,
  );
  await folder.write('script', script);
  try {
    expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
    for (const verb of ['exec', 'run --rm']) {
      await folder.run('rm', '-f', 'typed');
      const line = `tty > mine; stty rows 30 cols 99; '${musterProgram}' ${verb} web sh -c "$(cat script)"`;
      const keys = `until [ -e typed ]; do sleep 0.1; done; printf '\\003'`;
      await folder.write('line', line);
      const session = launch(
        'sh',
        ['-c', `(${keys}) | script -qec 'sh ./line' /dev/null; echo "[$?]"`],
        folder.path,
        folder.environment,
      );
      await session.until(/tty \/dev\/pts\/\d+[\s\S]*30 99/);
      const terminal = readFileSync(join(folder.path, 'mine'), 'utf8').trim();
      // Who resizes a window tells the programs in it; from outside stty only sets the size.
      await folder.run('stty', '-F', terminal, 'rows', '41', 'cols', '111');
      await session.until(/now 41 111/);
      await folder.write('typed', '');
      expect((await session.finished).stdout).toMatch(/interrupted[\s\S]*\[9\]/);
    }
  } finally {
    await folder.cleanUp();
  }
});

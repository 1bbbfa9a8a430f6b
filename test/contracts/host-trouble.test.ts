// What goes wrong between a host and us, and what is said then.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '#host/host.ts';
import { openHost } from '#host/open.ts';
import type { OpenOptions } from '#host/open.ts';
import type { MusterError } from '#lib/errors.ts';
import { until } from '../../tools/parts/until.ts';
import { makeTestUser } from '../support/parts/test-user.ts';
import { commandLines, commandsRunning } from './host-commands.ts';
import { makeFar } from './host-far.ts';
import type { Far } from './host-far.ts';

let far: Far;
const open: Host[] = [];

async function opened(location: string, options?: OpenOptions): Promise<Host> {
  const host = await openHost(location, options);
  open.push(host);
  return host;
}

const reasonOf = (work: Promise<unknown>): Promise<MusterError> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as MusterError,
  );

beforeAll(async () => {
  far = await makeFar();
});
afterEach(async () => {
  for (const host of open.splice(0)) await host.close();
});
afterAll(() => far?.close());

describe('an SSH connection', () => {
  test('that is dropped in the middle of a command: whether it ended is not assumed but looked up, and the next command goes through', async () => {
    const host = await opened(far.ssh);
    const running = reasonOf(host.run({ argv: ['sleep', '57.5'] }));
    await until(async () => pidsOf('57.5').length === 1, 60_000, 'the command to run');
    const folder = controlFolder();
    await far.server.dropConnections();
    expect(await running).toMatchObject({ code: 'HOST_LOST', message: expect.stringContaining('it still runs') });
    const { process: lost } = (await running) as unknown as { process: { pid: number; startTime: string } };
    expect(pidsOf('57.5')).toEqual([lost.pid]);
    expect(await host.signalProcess(lost, 'SIGKILL', { group: true })).toBe(true);
    expect((await host.run({ argv: ['echo', 'again'] })).stdout.toString()).toBe('again\n');
    expect(existsSync(folder)).toBe(false);
  });

  test('whose server is killed and started again: nobody answers, then it goes on', async () => {
    const host = await opened(far.ssh);
    const child = await host.spawn({ argv: ['sleep', '56.5'] });
    await far.server.kill();
    expect(await reasonOf(child.ended)).toMatchObject({ code: 'HOST_LOST', message: expect.stringContaining('nobody answers') });
    expect(await reasonOf(host.run({ argv: ['true'] }))).toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: expect.stringContaining('Connection refused'),
      hint: expect.stringContaining(`ssh -p ${far.server.port} ${far.user.name}@127.0.0.1`),
    });
    await far.server.start();
    expect(await host.processInfo(child.pid)).toMatchObject({ pid: child.pid });
    await host.run({ argv: ['kill', String(child.pid)] });
  });

  test('that has just been lost is made again by who wants to reach something through it', async () => {
    const host = await opened(far.ssh);
    const target = { host: '127.0.0.1', port: far.server.port };
    (await host.connect(target)).destroy();
    const folder = controlFolder();
    // Nobody could hear of its end yet: this waits without letting go.
    for (const { pid } of mastersRunning()) process.kill(pid, 'SIGKILL');
    while (masters().length > 0);
    const connection = await host.connect(target);
    const [banner] = (await once(connection, 'data')) as [Buffer];
    connection.destroy();
    expect(banner.toString()).toMatch(/^SSH-2/);
    expect(controlFolder()).not.toBe(folder);
  });

  test('that breaks during a write leaves the file as it was', async () => {
    const host = await opened(far.ssh);
    const path = join(far.user.home, 'kept');
    await host.writeFile(path, Buffer.from('old'), { mode: 0o600 });
    const writing = reasonOf(host.writeFile(path, Buffer.alloc(200 * 1024 * 1024), { mode: 0o600 }));
    await until(async () => readdirSync(far.user.home).some((name) => name.startsWith('.muster-')), 60_000, 'the draft');
    await far.server.dropConnections();
    expect(await writing).toMatchObject({ code: 'HOST_LOST' });
    expect((await host.readFile(path)).toString()).toBe('old');
  });

  test('is shared: many commands, one login', async () => {
    const host = await opened(far.ssh);
    await Promise.all(Array.from({ length: 5 }, () => host.run({ argv: ['true'] })));
    const [first] = await Promise.all(Array.from({ length: 5 }, () => host.run({ argv: ['sh', '-c', 'echo $SSH_CLIENT'] })));
    const { stdout } = await host.run({ argv: ['sh', '-c', 'echo $SSH_CLIENT'] });
    expect(stdout).toEqual(first?.stdout);
  });

  test('leaves nothing when it is closed, and nothing running when we are killed', async () => {
    const host = await openHost(far.ssh);
    await host.run({ argv: ['true'] });
    const folder = dirname(
      masters()[0]
        ?.split('\0')
        .find((word) => word.endsWith('/c')) ?? '',
    );
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await host.close();
    expect([masters(), existsSync(folder)]).toEqual([[], false]);

    const script = `
      import { openHost } from ${JSON.stringify(join(import.meta.dirname, '../../src/host/open.ts'))};
      const host = await openHost(${JSON.stringify(far.ssh)});
      await host.run({ argv: ['true'] });
      console.log('connected');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(masters()).toHaveLength(1);
    child.kill('SIGKILL');
    await until(async () => masters().length === 0, 60_000, 'the connection to end');
  });

  test('that takes long can be given up', async () => {
    // A network that is reserved for documentation: nobody answers there.
    const host = await opened('ssh://192.0.2.1');
    const controller = new AbortController();
    const running = reasonOf(host.run({ argv: ['true'], signal: controller.signal }));
    controller.abort();
    expect(await running).toMatchObject({ code: 'CANCELLED' });
  });

  test('ends a program by itself once it is closed', async () => {
    const host = await openHost(far.ssh);
    await host.run({ argv: ['true'] });
    await host.close();
    expect(await reasonOf(host.run({ argv: ['true'] }))).toMatchObject({ code: 'HOST_LOST' });
  });
});

describe('an SSH server', () => {
  test('that allows one session a connection serves many commands all the same', async () => {
    const other = await makeFar({ settings: ['MaxSessions 1'] });
    try {
      const host = await opened(other.ssh);
      const results = await Promise.all(['a', 'b', 'c'].map((word) => host.run({ argv: ['echo', word] })));
      expect(results.map(({ stdout }) => stdout.toString().trim())).toEqual(['a', 'b', 'c']);
      await open.pop()?.close();
    } finally {
      await other.close();
    }
  });

  test('that forwards nothing says so when a connection is wanted', async () => {
    const other = await makeFar({ settings: ['AllowTcpForwarding no', 'AllowStreamLocalForwarding no'] });
    try {
      const host = await opened(other.ssh);
      const connection = await host.connect({ host: '127.0.0.1', port: other.server.port });
      const [error] = (await once(connection, 'error')) as [MusterError];
      expect(error).toMatchObject({ code: 'HOST_PERMISSION', hint: expect.stringContaining('AllowTcpForwarding') });
      await open.pop()?.close();
    } finally {
      await other.close();
    }
  });

  test('whose key is unknown is not trusted, and the hint says what to do', async () => {
    const known = join(far.server.folder, 'known_hosts');
    const before = readFileSync(known, 'utf8');
    try {
      writeFileSync(known, '');
      expect(await reasonOf((await opened(far.ssh)).run({ argv: ['true'] }))).toMatchObject({
        code: 'HOST_KEY',
        message: `ssh does not know the key of ${far.ssh}`,
        hint: expect.stringContaining(`ssh-keyscan -p ${far.server.port} 127.0.0.1`),
      });
      expect(readFileSync(known, 'utf8')).toBe('');
      writeFileSync(
        known,
        before.replace(/AAAA\S+/, readFileSync(join(far.server.folder, 'user-key.pub'), 'utf8').split(' ')[1] ?? ''),
      );
      expect(await reasonOf((await opened(far.ssh)).run({ argv: ['true'] }))).toMatchObject({
        code: 'HOST_KEY',
        message: expect.stringContaining('is not the one that ssh knows'),
        hint: expect.stringContaining('ssh-keygen -R'),
      });
    } finally {
      writeFileSync(known, before);
    }
  });

  test('that lets nobody in is a matter of permission', async () => {
    const host = await opened(`ssh://muster-nobody@127.0.0.1:${far.server.port}`);
    expect(await reasonOf(host.facts())).toMatchObject({
      code: 'HOST_PERMISSION',
      message: expect.stringContaining('Permission denied'),
      hint: expect.stringContaining('muster-nobody@127.0.0.1'),
    });
  });

  test('whose user has a shell that talks is understood', async () => {
    const talker = makeTestUser({ shell: '/bin/bash' });
    try {
      writeFileSync(`${talker.home}/.bashrc`, 'echo welcome; echo "mind the gap" >&2\n');
      const host = await opened(`ssh://${talker.name}@127.0.0.1:${far.server.port}`);
      const { stdout, stderr } = await host.run({ argv: ['sh', '-c', 'echo out; echo err >&2'] });
      expect([stdout.toString(), stderr.toString()]).toEqual(['out\n', 'err\n']);
      await open.pop()?.close();
    } finally {
      talker.remove();
    }
  });
});

describe('sudo', () => {
  const password = 'correct horse';
  let careful: ReturnType<typeof makeTestUser>;
  let location: string;
  beforeAll(() => {
    careful = makeTestUser({ sudo: { password } });
    location = `ssh://${careful.name}@127.0.0.1:${far.server.port},sudo://`;
  });
  afterAll(() => careful.remove());

  test('that would ask, where nobody is there, says what to configure', async () => {
    expect(await reasonOf((await opened(location)).run({ argv: ['id'] }))).toMatchObject({
      code: 'HOST_PERMISSION',
      hint: expect.stringContaining('NOPASSWD: ALL'),
    });
  });

  test('asks once, and the password is in no argument list', async () => {
    const questions: string[] = [];
    const ask = async (question: string): Promise<string> => {
      questions.push(question);
      return password;
    };
    const host = await opened(location, { ask });
    const child = await host.spawn({ argv: ['sh', '-c', 'id -un; exec sleep 55.5'] });
    expect(String((await once(child.stdout, 'data'))[0])).toBe('root\n');
    expect(commandLines().filter((line) => line.includes(password))).toEqual([]);
    child.kill('SIGKILL');
    await child.ended;
    const stdin = 'typed\n';
    expect((await host.run({ argv: ['cat'], stdin })).stdout.toString()).toBe(stdin);
    expect(questions).toEqual([`[sudo] password for ${careful.name} on ${location.split(',')[0]}: `]);
  });

  test('that does not accept the password says so, and does not ask again', async () => {
    let asked = 0;
    const host = await opened(location, { ask: async () => `wrong ${++asked}` });
    expect(await reasonOf(host.run({ argv: ['id'] }))).toMatchObject({
      code: 'HOST_PERMISSION',
      message: expect.stringContaining('did not accept the password'),
    });
    expect(asked).toBe(1);
  });

  test('that allows nothing says so', async () => {
    const nobody = makeTestUser();
    try {
      const host = await opened(`ssh://${nobody.name}@127.0.0.1:${far.server.port},sudo://`);
      expect(await reasonOf(host.run({ argv: ['id'] }))).toMatchObject({ code: 'HOST_PERMISSION' });
      await open.pop()?.close();
    } finally {
      nobody.remove();
    }
  });

  test('to a user that is not there says so', async () => {
    expect(await reasonOf((await opened('sudo://muster-nobody')).run({ argv: ['id'] }))).toMatchObject({ code: 'HOST_ADDRESS' });
  });
});

/** Of the ssh that is the shared connection. */
function mastersRunning(): ReturnType<typeof commandsRunning> {
  return commandsRunning().filter(({ line }) => line.includes('ControlPersist=no') && line.includes(far.user.name));
}

const masters = (): string[] => mastersRunning().map(({ line }) => line);

function controlFolder(): string {
  return dirname(
    masters()[0]
      ?.split('\0')
      .find((word) => word.endsWith('/c')) ?? '',
  );
}

/** Of the sleeps that take so long. */
const pidsOf = (seconds: string): number[] =>
  commandsRunning().flatMap(({ pid, line }) => (line === `sleep\0${seconds}\0` ? [pid] : []));

// Who reaches the agent, and who does not; how it begins and ends.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { statOf } from '#agent/processes.ts';
import { AgentClient } from '#api/agent/client.ts';
import { ownHello } from '#api/agent/versions.ts';
import { agentBench, look, run, spec, until } from './agent-bench.ts';
import type { AgentBench } from './agent-bench.ts';

let bench: AgentBench;
afterEach(() => bench.clear());

test('another user can neither see nor open the socket, nor read what is kept', async () => {
  bench = agentBench();
  const client = await bench.reach();
  const id = await run(client, spec('private', 'exec sleep 300', { environment: { PATH: '/usr/bin:/bin', TOKEN: 'hush' } }));
  // The test's own folder lets others in; what the agent made does not.
  chmodSync(bench.folder, 0o755);
  expect(statSync(dirname(bench.socket)).mode & 0o777).toBe(0o700);
  expect(statSync(bench.directory).mode & 0o777).toBe(0o700);
  const asNobody = (program: string): string => {
    const { stderr, stdout } = spawnSync(
      'setpriv',
      ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, '-e', program],
      { encoding: 'utf8' },
    );
    return stdout + stderr;
  };
  const dial = `require('net').connect(${JSON.stringify(bench.socket)}).on('error',(e)=>console.log(e.code)).on('connect',()=>{console.log('in');process.exit()})`;
  expect(asNobody(dial)).toContain('EACCES');
  const read = `try{require('fs').readFileSync(${JSON.stringify(join(bench.directory, 'replicas', id, 'replica.json'))});console.log('read')}catch(e){console.log(e.code)}`;
  expect(asNobody(read)).toContain('EACCES');
  client.close();
});

test('a directory that others may enter, or a link, is refused', async () => {
  bench = agentBench();
  const { runAgent } = await import('#agent/run-agent.ts');
  const folder = mkdtempSync(join(tmpdir(), 'muster-door-'));
  const open = join(folder, 'open');
  mkdirSync(open, { mode: 0o755 });
  symlinkSync(open, join(folder, 'link'));
  for (const name of ['open', 'link']) {
    const options = { directory: join(folder, 'agent'), socket: join(folder, name, 'agent.sock'), idleMs: 100, after: null };
    await expect(runAgent(options)).rejects.toMatchObject({ code: 'AGENT_DIRECTORY' });
  }
  rmSync(folder, { recursive: true });
});

test('two commands that start an agent at the same time get the same one', async () => {
  bench = agentBench();
  const clients = await Promise.all(Array.from({ length: 4 }, () => bench.reach()));
  expect(new Set(clients.map(({ agent }) => agent.pid)).size).toBe(1);
  for (const client of clients) client.close();
});

test('it ends when nothing runs and nobody is connected, and not before', async () => {
  bench = agentBench({ idleSeconds: 1 });
  const client = await bench.reach();
  const over = join(bench.folder, 'over');
  const id = await run(client, spec('last', `until [ -e ${over} ]; do sleep 0.05; done`));
  const { pid } = client.agent;
  client.close();
  // Longer than it waits for somebody when nothing runs.
  await new Promise((next) => {
    setTimeout(next, 1600);
  });
  expect(statOf(pid)?.isZombie).toBe(false);
  writeFileSync(over, '');
  await until('it has ended', () => statOf(pid)?.isZombie ?? true);
  expect(existsSync(bench.socket)).toBe(false);
  const next = await bench.reach();
  expect(await look(next, id)).toMatchObject({ state: 'exited', exitCode: 0 });
  next.close();
});

test('it ends when its folder was removed and nothing runs, and makes nothing there again', async () => {
  bench = agentBench({ idleSeconds: 2 });
  const client = await bench.reach();
  rmSync(bench.folder, { recursive: true });
  await until('it has ended', () => statOf(client.agent.pid)?.isZombie ?? true);
  expect(existsSync(bench.folder)).toBe(false);
  client.close();
});

test('a socket that somebody removed comes back', async () => {
  bench = agentBench({ idleSeconds: 4 });
  const client = await bench.reach();
  rmSync(dirname(bench.socket), { recursive: true });
  await until('it is there again', () => existsSync(bench.socket));
  const again = await bench.reach();
  expect(again.agent.pid).toBe(client.agent.pid);
  for (const one of [client, again]) one.close();
});

test('an old command and a new agent, and the reverse, say which to upgrade', async () => {
  bench = agentBench();
  (await bench.reach()).close();
  const dial = async () => {
    const socket = connect(bench.socket);
    await once(socket, 'connect');
    return socket;
  };
  const newer = { ...ownHello(), schemaVersion: 9, oldest: 8, version: '9.0.0' };
  await expect(AgentClient.over(await dial(), newer)).rejects.toMatchObject({
    code: 'AGENT_VERSION',
    message: expect.stringContaining('the agent is too old') as string,
  });
  const older = { ...ownHello(), schemaVersion: 0, oldest: 0, version: '0.0.1' };
  await expect(AgentClient.over(await dial(), older)).rejects.toMatchObject({
    code: 'AGENT_VERSION',
    message: expect.stringContaining('this muster is too old') as string,
  });
  const near = { ...ownHello(), schemaVersion: 2, oldest: 1, version: '0.2.0' };
  const client = await AgentClient.over(await dial(), near);
  expect(await client.call('ping', {})).toEqual({});
  client.close();
});

test('what is no muster is shown the door', async () => {
  bench = agentBench();
  const client = await bench.reach();
  const stranger = connect(bench.socket);
  stranger.write('GET / HTTP/1.1\r\n\r\n');
  stranger.resume();
  await once(stranger, 'end');
  expect(await client.call('ping', {})).toEqual({});
  client.close();
});

test('a call on an open connection takes less than 100 µs', async () => {
  bench = agentBench();
  const client = await bench.reach();
  // What others do on this machine only adds to it.
  const times: number[] = [];
  for (let round = 0; round < 3000; round++) {
    const began = performance.now();
    await client.call('ping', {});
    times.push(performance.now() - began);
  }
  const quick = times.sort((one, other) => one - other)[150] ?? 0;
  expect(quick * 1000).toBeLessThan(100);
  client.close();
});

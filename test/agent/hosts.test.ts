// Hosts files of a replica's own. Only root may have them so.

import { readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statOf } from '#agent/processes.ts';
import type { AgentClient, AgentSession } from '#api/agent/client.ts';
import type { LaunchSpec } from '#api/agent/contract.ts';
import { type HostNames, hostNamesDigest } from '#model/host-names.ts';
import { agentBench, logOf, look, run, spec, until } from './agent-bench.ts';

const bench = agentBench({ idleSeconds: 60 });
let client: AgentClient;

beforeAll(async () => {
  client = await bench.reach();
});
afterAll(() => bench.clear());

const db: HostNames = { db: ['172.30.0.2'] };

async function runWith(hosts: HostNames, wanted: LaunchSpec): Promise<string> {
  const { outcomes } = await client.call('create', { specs: [wanted] });
  const id = outcomes[0]?.id ?? '';
  expect((await client.call('start', { ids: [id], hosts })).outcomes[0]?.failure).toBeNull();
  return id;
}

async function exec(id: string, command: string): Promise<string> {
  const words = ['/bin/sh', '-c', command] as const;
  const open: AgentSession = await client.exec(id, {
    argv: words,
    tty: false,
    stdin: false,
    workingDir: null,
    user: null,
    environment: {},
  });
  return open.stdout
    .setEncoding('utf8')
    .toArray()
    .then((parts) => parts.join(''));
}

test('a service sees the names that it was told, then its machine’s own; the machine and other services see none', async () => {
  const id = await runWith({ db: ['172.30.0.2', '172.30.0.3'], ...db6 }, spec('told', 'cat /etc/hosts; exec sleep 300'));
  await until('it has read', async () => (await logOf(client, id)).includes(lastOfMachine()));
  const lines = await logOf(client, id);
  expect(lines.slice(1, 4)).toEqual(['172.30.0.2\tdb', '172.30.0.3\tdb', 'fd00::2\tstore']);
  expect(lines.join('\n')).toContain(machine().trimEnd());
  expect(machine()).not.toContain('172.30.0.2');
  const other = await run(client, spec('plain', 'exec sleep 300'));
  expect(await exec(other, 'cat /etc/hosts')).not.toContain('172.30.0.2');
  expect(await namespaceOf(other)).toBe(readlinkSync('/proc/self/ns/mnt'));
  expect(await look(client, id)).toMatchObject({
    hosts: hostNamesDigest({ db: ['172.30.0.2', '172.30.0.3'], store: ['fd00::2'] }),
  });
  expect(await look(client, other)).toMatchObject({ hosts: null });
});

const db6: HostNames = { store: ['fd00::2'] };

test('new addresses are seen by what runs, which stays the same process', async () => {
  const id = await runWith(db, spec('moves', 'while :; do grep "\tdb$" /etc/hosts; sleep 0.05; done'));
  await until('it sees the first', async () => (await logOf(client, id)).includes('172.30.0.2\tdb'));
  const { pid } = await look(client, id);
  for (const ip of ['172.30.0.77', '10.0.0.1']) {
    await client.call('setHosts', { ids: [id], hosts: { db: [ip] } });
    await until(`it sees ${ip}`, async () => (await logOf(client, id)).at(-1) === `${ip}\tdb`);
  }
  expect(new Set(await logOf(client, id))).toEqual(new Set(['172.30.0.2\tdb', '172.30.0.77\tdb', '10.0.0.1\tdb']));
  expect(await look(client, id)).toMatchObject({ pid, restarts: 0 });
});

test('whatever its user, its limits or its terminal: it leads its own group and sees the names', async () => {
  const command = 'cat /etc/hosts; id -u; echo ready; exec sleep 300';
  const each: readonly Partial<LaunchSpec>[] = [
    { user: '65534:65534', nice: 5, ulimits: [{ name: 'nofile', soft: 99, hard: 99 }] },
    { tty: true },
  ];
  for (const [at, more] of each.entries()) {
    const id = await runWith(db, spec(`bearing-${at}`, command, more));
    await until('it is ready', async () => (await logOf(client, id)).includes('ready'));
    const lines = await logOf(client, id);
    expect(lines.join('\n')).toMatch(/172\.30\.0\.2\s+db/);
    expect(lines).toContain(at === 0 ? '65534' : '0');
    const { pid } = await look(client, id);
    expect(statOf(pid ?? 0)).toMatchObject({ group: pid, session: pid });
    await until('nothing stands before it', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8') === 'sleep\x00300\x00');
    await client.call('stop', { ids: [id] });
    expect(await look(client, id)).toMatchObject({ state: 'exited', exitCode: 143 });
  }
});

test('a variable whose name is no shell’s arrives, too', async () => {
  const environment = { PATH: '/usr/bin:/bin', 'my.key': 'dots' };
  const id = await runWith(db, spec('dotted', ['/usr/bin/env'], { environment }));
  await client.call('wait', { id });
  expect(await logOf(client, id, { follow: true })).toContain('my.key=dots');
});

test('programs beside it and its health check see the names, too', async () => {
  const probe = { kind: 'command', argv: ['/bin/sh', '-c', 'grep -q "\tdb$" /etc/hosts'] } as const;
  const healthcheck = { probe, intervalMs: 50, timeoutMs: 5000, startPeriodMs: 0, startIntervalMs: 50, retries: 1 };
  const id = await runWith(db, spec('beside', 'exec sleep 300', { healthcheck }));
  await until('it is healthy', async () => (await look(client, id)).health === 'healthy');
  expect(await exec(id, 'cat /etc/hosts')).toContain('172.30.0.2\tdb');
});

test('the next agent knows them, and so does the next run', async () => {
  const id = await runWith(db, spec('survives', 'cat /etc/hosts; exec sleep 300'));
  const timesRead = async (): Promise<number> => (await logOf(client, id)).filter((line) => line === '172.30.0.2\tdb').length;
  await until('it has read', async () => (await timesRead()) === 1);
  await client.call('handOver', { force: true });
  client.close();
  client = await bench.reach();
  expect(await look(client, id)).toMatchObject({ state: 'running', hosts: hostNamesDigest(db) });
  await client.call('restart', { ids: [id] });
  await until('it has read twice', async () => (await timesRead()) === 2);
});

test('who started without any finds them after its next start', async () => {
  const id = await run(client, spec('later', 'cat /etc/hosts; exec sleep 300'));
  await client.call('setHosts', { ids: [id], hosts: db });
  await client.call('restart', { ids: [id] });
  await until('it has read', async () => (await logOf(client, id)).includes('172.30.0.2\tdb'));
});

test('what is no name or no address stays out', async () => {
  const hosts = { 'a\n6.6.6.6\tlocalhost': ['172.30.0.2'], 'b c': ['172.30.0.2'], odd: ['not an address'], db: ['172.30.0.2'] };
  const id = await runWith(hosts, spec('odd', 'exec sleep 300'));
  const text = await exec(id, 'cat /etc/hosts');
  expect(text.split('\n\n')[0]?.split('\n').slice(1)).toEqual(['172.30.0.2\tdb']);
});

test('who is not root starts its services as before, and says why they see no names', async () => {
  const own = agentBench({ idleSeconds: 60, uid: 65534 });
  const theirs = await own.reach();
  try {
    expect((await theirs.call('stats', {})).hostsProblem).toMatch(/not permitted|must be superuser/i);
    const { outcomes } = await theirs.call('create', { specs: [spec('plain', 'cat /etc/hosts')] });
    const id = outcomes[0]?.id ?? '';
    expect((await theirs.call('start', { ids: [id], hosts: db })).outcomes[0]).toMatchObject({ failure: null, warning: '' });
    expect(await theirs.call('wait', { id })).toEqual({ exitCode: 0 });
    expect(await look(theirs, id)).toMatchObject({ hosts: null });
  } finally {
    theirs.close();
    await own.clear();
  }
});

const machine = (): string => readFileSync('/etc/hosts', 'utf8');
const lastOfMachine = (): string => machine().trimEnd().split('\n').at(-1) ?? '';

async function namespaceOf(id: string): Promise<string> {
  return readlinkSync(`/proc/${(await look(client, id)).pid}/ns/mnt`);
}

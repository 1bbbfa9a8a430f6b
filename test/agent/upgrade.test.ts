// Commands and agents of different musters: the same sources with other numbers, really run.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { allPids, type Stat, signalOne, statOf } from '#agent/processes.ts';
import type { Hello } from '#api/agent/contract.ts';
import { type Numbers, otherVersion } from '../support/other-version.ts';
import { type AgentBench, agentBench, logOf, look, run, spec, until } from './agent-bench.ts';

/** `compatible` and `current` understand each other; `next` understands neither. */
const numbers = {
  current: { version: '0.1.0', schemaVersion: 1, oldest: 1 },
  compatible: { version: '0.2.0', schemaVersion: 1, oldest: 1 },
  next: { version: '9.0.0', schemaVersion: 9, oldest: 9 },
} satisfies Record<string, Numbers>;
type Which = keyof typeof numbers;

let folder: string;
const programs = {} as Record<Which, string>;
const benches: AgentBench[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-versions-'));
  for (const which of Object.keys(numbers) as Which[]) programs[which] = otherVersion(join(folder, which), numbers[which]);
});
afterEach(async () => {
  const [newest, ...others] = benches.splice(0).toReversed();
  await newest?.clear();
  // One that came late, while the last one was ending, has nothing to look after and would wait for somebody.
  await until('no agent of these musters is left', () => !agents().some((agent) => signalOne(agent, 'SIGTERM')));
  for (const bench of others) rmSync(bench.folder, { recursive: true, force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Commands of that muster; all on one agent's places. */
function musterOf(which: Which): AgentBench {
  const own: Hello = { type: 'hello', ...numbers[which], pid: process.pid };
  const [first] = benches;
  const at = first === undefined ? {} : { directory: first.directory, socket: first.socket };
  const bench = agentBench({ program: programs[which], own, ...at, idleSeconds: 30 });
  benches.push(bench);
  return bench;
}

/** Of these musters, those too that are still finding out that they are not needed. */
function agents(): Stat[] {
  return allPids().flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) ? (statOf(pid) ?? []) : [];
    } catch {
      return [];
    }
  });
}

const counting = 'n=0; while :; do n=$((n+1)); echo $n; sleep 0.02; done';

test.each(['compatible', 'next'] as const)(
  'a newer command (%s) replaces the agent, and what runs does not notice',
  async (newer) => {
    const old = await musterOf('current').reach();
    const id = await run(old, spec('count', counting));
    const before = await look(old, id);
    old.close();

    const client = await musterOf(newer).reach();
    expect(client.agent.version).toBe(numbers[newer].version);
    expect(await look(client, id)).toMatchObject({ state: 'running', pid: before.pid, startedAt: before.startedAt, restarts: 0 });
    const lines = (await logOf(client, id)).map(Number);
    expect(lines).toEqual(lines.map((_line, index) => index + 1));
    client.close();
  },
);

test('an older command that is understood works with the newer agent and leaves it there', async () => {
  const current = musterOf('current');
  const newer = await musterOf('compatible').reach();
  const older = await current.reach();
  expect(older.agent).toEqual(newer.agent);
  expect(await older.call('ping', {})).toEqual({});
  for (const client of [older, newer]) client.close();
});

test('an older command that is not understood is told to be upgraded, and the newer agent stays', async () => {
  const current = musterOf('current');
  const newer = await musterOf('next').reach();
  await expect(current.reach()).rejects.toMatchObject({
    code: 'AGENT_VERSION',
    message: expect.stringContaining('this muster is too old') as string,
    hint: 'upgrade muster to 9.0.0 or later',
  });
  expect(await newer.call('ping', {})).toEqual({});
  newer.close();
});

test.each(['compatible', 'next'] as const)(
  'a session that is open with the old agent is not cut off by a newer command (%s)',
  async (newer) => {
    const old = await musterOf('current').reach();
    const id = await run(old, spec('host', 'exec sleep 300'));
    const plain = { tty: false, stdin: true, workingDir: null, user: null, environment: {} };
    const session = await old.exec(id, { argv: ['cat'], ...plain });
    const command = musterOf(newer);
    if (newer === 'next')
      await expect(command.reach()).rejects.toMatchObject({
        code: 'AGENT_VERSION',
        hint: expect.stringContaining('exec') as string,
      });
    else {
      const client = await command.reach();
      expect(client.agent.pid).toBe(old.agent.pid);
      client.close();
    }
    session.stdin?.end('still here');
    expect(String(await session.stdout.toArray().then((chunks) => Buffer.concat(chunks as Buffer[])))).toBe('still here');
    expect(await session.exit).toBe(0);
    old.close();
  },
);

test('commands of two musters at once settle on the newer one’s agent', async () => {
  const [current, newer] = [musterOf('current'), musterOf('compatible')];
  const first = await current.reach();
  const id = await run(first, spec('count', counting));
  const { pid } = await look(first, id);
  first.close();
  const clients = await Promise.all(Array.from({ length: 12 }, (_one, index) => (index % 2 === 0 ? newer : current).reach()));
  for (const client of clients) client.close();
  const last = await Promise.all([newer.reach(), current.reach()]);
  expect(last.map(({ agent }) => agent.version)).toEqual(['0.2.0', '0.2.0']);
  expect(await look(last[0], id)).toMatchObject({ state: 'running', pid, restarts: 0 });
  for (const client of last) client.close();
});

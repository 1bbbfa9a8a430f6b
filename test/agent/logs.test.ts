import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentClient } from '#api/agent/client.ts';
import type { LogsQuery } from '#api/agent/contract.ts';
import type { LogRecord } from '#model/event.ts';
import { agentBench, logOf, look, run, spec, until } from './agent-bench.ts';

const bench = agentBench({ idleSeconds: 60 });
let client: AgentClient;

beforeAll(async () => {
  client = await bench.reach();
});
afterAll(() => bench.clear());

test('both outputs arrive, whole lines only, also when a program opens /dev/stderr', async () => {
  const id = await run(
    client,
    spec('outputs', 'echo one; echo two >&2; echo three >/dev/stderr; echo four >/dev/stdout; printf five'),
  );
  const records = await recordsOf({ id, follow: true });
  expect(records.map(({ stream, text }) => `${stream} ${text}`).sort()).toEqual([
    'stderr three',
    'stderr two',
    'stdout five',
    'stdout four',
    'stdout one',
  ]);
});

test('every line has a time of its own, times only go up, and reading again gives the same', async () => {
  const goOn = join(bench.folder, 'go-on');
  const id = await run(
    client,
    spec(
      'times',
      `i=0; while [ $i -lt 400 ]; do echo $i; echo $i >&2; i=$((i+1)); done; until [ -e ${goOn} ]; do sleep 0.01; done; echo later`,
    ),
  );
  await until('all but the last were read', async () => (await recordsOf({ id })).length === 800);
  await pause(200);
  writeFileSync(goOn, '');
  const followed = await recordsOf({ id, follow: true });
  const again = await recordsOf({ id });
  expect(again).toEqual(followed);
  const times = followed.map(({ timestamp }) => timestamp);
  expect([...new Set(times)].sort()).toEqual(times);
  const [before, last] = [times.at(-2) ?? '', times.at(-1) ?? ''];
  expect(Date.parse(last) - Date.parse(before)).toBeGreaterThanOrEqual(150);
  const rest = await recordsOf({ id, since: times[600] ?? '' });
  expect(rest).toEqual(followed.slice(600));
  expect(await recordsOf({ id, until: times[600] ?? '' })).toEqual(followed.slice(0, 601));
});

test('the last lines are those of both outputs together', async () => {
  const id = await run(
    client,
    spec('tail', 'i=0; while [ $i -lt 50 ]; do echo out $i; echo err $i >&2; sleep 0.002; i=$((i+1)); done'),
  );
  const all = await recordsOf({ id, follow: true });
  expect(await recordsOf({ id, tail: 7 })).toEqual(all.slice(-7));
  expect(await recordsOf({ id, tail: 0 })).toEqual([]);
  expect(await recordsOf({ id, tail: 5000 })).toEqual(all);
});

test('who follows from the end misses nothing and ends with the run', async () => {
  const id = await run(
    client,
    spec('followed', 'sleep 0.3; i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; printf "no end"'),
  );
  expect(await logOf(client, id, { follow: true, tail: 0 })).toEqual([
    ...Array.from({ length: 2000 }, (_, at) => `line ${at}`),
    'no end',
  ]);
});

test('20 services that write as fast as they can lose and tear no line', { timeout: 120_000 }, async () => {
  const lines = 50_000;
  const flood = `i=0; while [ $i -lt ${lines / 50} ]; do printf '%s-abcdefghijklmnopqrstuvwxyz0123456789-%s\\n' ${Array.from({ length: 50 }, (_, at) => `$i ${at}`).join(' ')}; i=$((i+1)); done`;
  const began = performance.now();
  const { outcomes } = await client.call('create', {
    specs: Array.from({ length: 20 }, (_, at) => spec(`flood-${at}`, flood)),
    start: true,
  });
  const expected = Array.from(
    { length: lines },
    (_, at) => `${Math.floor(at / 50)}-abcdefghijklmnopqrstuvwxyz0123456789-${at % 50}`,
  );
  await Promise.all(outcomes.map(async ({ id }) => client.call('wait', { id })));
  const seconds = (performance.now() - began) / 1000;
  for (const { id } of outcomes) expect(await logOf(client, id, { follow: true })).toEqual(expected);
  console.log(`${Math.round((20 * lines) / seconds)} lines/s`);
  await client.call('remove', { ids: outcomes.map(({ id }) => id), force: true });
});

test('a reader that stops reading holds up nobody else', async () => {
  const id = await run(client, spec('ignored', 'i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); done; exec sleep 300'));
  const stuck = client.stream('logs', { id, follow: true, since: '', until: '', tail: null, timestamps: true });
  await stuck.next();
  await until('it has said all', async () => (await logOf(client, id, { tail: 1 }))[0] === '19999');
  expect(await client.call('ping', {})).toEqual({});
  await stuck.return();
  await client.call('remove', { ids: [id], force: true });
});

test('what is old is given back to the disk while the service writes on; whole lines remain', async () => {
  const kept = { maxBytes: 256 * 1024, files: 2 };
  const id = await run(
    client,
    spec('rotated', 'i=0; while [ $i -lt 60000 ]; do echo line $i of many; i=$((i+1)); done; sleep 0.5; echo end', { log: kept }),
  );
  const lines = await logOf(client, id, { follow: true });
  expect(lines.at(-1)).toBe('end');
  const file = join(bench.directory, 'replicas', id, 'stdout');
  await until('it is given back', () => statSync(file).blocks * 512 < 3 * kept.maxBytes);
  const now = await logOf(client, id);
  expect(now.length).toBeGreaterThan(1000);
  expect(now.every((line) => /^line \d+ of many$|^end$/.test(line))).toBe(true);
  const first = Number(now[0]?.split(' ')[1]);
  expect(now.slice(0, -1)).toEqual(Array.from({ length: 60000 - first }, (_, at) => `line ${first + at} of many`));
});

test('on a full disk the service goes on, the agent lives, it is said, and the log goes on once there is room', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]);
  const full = agentBench({ directory: join(folder, 'agent'), idleSeconds: 60 });
  try {
    const there = await full.reach();
    const beat = join(full.folder, 'beat');
    mkdirSync(full.folder, { recursive: true });
    const id = await run(there, spec('full', `i=0; while :; do echo line $i; echo $i >${beat}; i=$((i+1)); sleep 0.01; done`));
    fill(folder);
    await until('it is said', async () => (await look(there, id)).problem.includes('No space left'));
    const { mtimeMs } = statSync(beat);
    await until('the service goes on', () => statSync(beat).mtimeMs > mtimeMs + 100);
    // Its end is noted although there is no room.
    const brief = await look(there, id);
    expect(brief.state).toBe('running');
    rmSync(join(folder, 'ballast'));
    await until('there is a log again', async () => (await look(there, id)).problem === '');
    const size = (await logOf(there, id)).length;
    await until('it grows', async () => (await logOf(there, id)).length > size + 20);
    fill(folder);
    await there.call('stop', { ids: [id] });
    expect(await look(there, id)).toMatchObject({ state: 'exited', exitCode: 143 });
    rmSync(join(folder, 'ballast'));
    expect(full.warnings()).toContain('No space left');
  } finally {
    rmSync(join(folder, 'ballast'), { force: true });
    await full.clear();
    execFileSync('umount', ['-l', folder]);
  }
});

function fill(folder: string): void {
  for (let size = 4 * 1024 * 1024; size >= 1024; size = Math.floor(size / 2)) {
    for (;;) {
      try {
        writeFileSync(join(folder, 'ballast'), Buffer.alloc(size), { flag: 'a' });
      } catch {
        break;
      }
    }
  }
}

async function recordsOf(query: Partial<LogsQuery> & { readonly id: string }): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const whole = { follow: false, since: '', until: '', tail: null, timestamps: true, ...query };
  for await (const batch of client.stream('logs', whole)) records.push(...batch);
  return records;
}

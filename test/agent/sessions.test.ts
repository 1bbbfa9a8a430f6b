import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentClient, AgentSession } from '#api/agent/client.ts';
import type { SessionSpec } from '#api/agent/contract.ts';
import { agentBench, logOf, look, run, spec, until } from './agent-bench.ts';

const bench = agentBench({ idleSeconds: 60 });
let client: AgentClient;

beforeAll(async () => {
  client = await bench.reach();
});
afterAll(() => bench.clear());

const beside = (argv: SessionSpec['argv'], more: Partial<SessionSpec> = {}): SessionSpec => ({
  argv,
  tty: false,
  stdin: false,
  workingDir: null,
  user: null,
  environment: {},
  ...more,
});

test('exec runs beside the replica: its environment and directory, streams apart, exit code', async () => {
  const id = await run(
    client,
    spec('host', 'exec sleep 300', { workingDir: '/usr', environment: { PATH: '/usr/bin:/bin', OWN: 'yes' } }),
  );
  const session = await client.exec(
    id,
    beside(['/bin/sh', '-c', 'pwd; echo $OWN $MORE; echo bad >&2; exit 9'], { environment: { MORE: 'too' } }),
  );
  expect(await Promise.all([text(session.stdout), text(session.stderr), session.exit])).toEqual(['/usr\nyes too\n', 'bad\n', 9]);
  await client.call('remove', { ids: [id], force: true });
});

test('exec passes stdin on, to its end, however much it is', async () => {
  const id = await run(client, spec('reader', 'exec sleep 300'));
  const session = await client.exec(id, beside(['/usr/bin/wc', '-c'], { stdin: true }));
  session.stdin?.end(Buffer.alloc(5_000_000));
  expect((await text(session.stdout)).trim()).toBe('5000000');
  expect(await session.exit).toBe(0);
  const large = await client.exec(id, beside(['/usr/bin/head', '-c', '5000000', '/dev/zero']));
  expect((await text(large.stdout)).length).toBe(5_000_000);
  await client.call('remove', { ids: [id], force: true });
});

test('exec in a terminal has a size that changes, and ends by a signal', async () => {
  const id = await run(client, spec('screen', 'exec sleep 300'));
  const session = await client.exec(
    id,
    beside(['/bin/sh', '-c', 'trap "stty size" WINCH; tty; echo "$1"; while :; do sleep 0.05; done', 'sh', `it's "$HOME"`], {
      tty: true,
      stdin: true,
    }),
  );
  const screen = watch(session.stdout);
  await until('it runs', () => screen.text.includes('$HOME'));
  expect(screen.text).toMatch(/^\/dev\/pts\/\d+\r\nit's "\$HOME"\r\n/);
  await session.resize({ columns: 101, rows: 37 });
  await until('it knows its size', () => screen.text.includes('37 101'));
  await session.signal('SIGKILL');
  expect(await session.exit).toBe(137);
  await client.call('remove', { ids: [id], force: true });
});

test('a program that does not exist, and a replica that does not run, are refused', async () => {
  const id = await run(client, spec('short', 'exec sleep 300'));
  await expect(client.exec(id, beside(['no-such-thing']))).rejects.toMatchObject({ code: 'PROGRAM_NOT_FOUND' });
  await client.call('stop', { ids: [id] });
  await expect(client.exec(id, beside(['true']))).rejects.toMatchObject({ code: 'REPLICA_NOT_RUNNING' });
});

test('who attaches before the start misses nothing, not even a missing line end', async () => {
  const { outcomes } = await client.call('create', {
    specs: [spec('attached', 'echo first; echo other >&2; printf last; exit 4')],
  });
  const id = outcomes[0]?.id ?? '';
  const session = await client.attach(id, { stdin: false });
  await client.call('start', { ids: [id] });
  expect(await Promise.all([text(session.stdout), text(session.stderr), session.exit])).toEqual(['first\nlast', 'other\n', 4]);
});

test('stdin that is to end once ends with the first who closes it', async () => {
  const { outcomes } = await client.call('create', { specs: [spec('once', ['/bin/cat'], { openStdin: true, stdinOnce: true })] });
  const id = outcomes[0]?.id ?? '';
  const session = await client.attach(id, { stdin: true });
  await client.call('start', { ids: [id] });
  session.stdin?.end('through and through\n');
  expect(await Promise.all([text(session.stdout), session.exit])).toEqual(['through and through\n', 0]);
});

test('stdin that stays open outlives who attached, and the agent', async () => {
  const id = await run(client, spec('open', ['/bin/cat'], { openStdin: true }));
  const first = await client.attach(id, { stdin: true });
  first.stdin?.end('one\n');
  await until('it came', async () => (await logOf(client, id)).length === 1);
  process.kill(client.agent.pid, 'SIGKILL');
  client = await bench.reach();
  const second = await client.attach(id, { stdin: true });
  second.stdin?.end('two\n');
  await until('it came, too', async () => (await logOf(client, id)).length === 2);
  expect(await look(client, id)).toMatchObject({ state: 'running', restarts: 0 });
  await client.call('remove', { ids: [id], force: true });
});

test('a service with a terminal has one, over the agent’s death', async () => {
  const id = await run(
    client,
    spec('terminal', 'tty; stty size; while read -r line; do echo "got $line"; done', {
      tty: true,
      openStdin: true,
      stopGraceMs: 300,
    }),
  );
  await until('it runs', async () => (await logOf(client, id)).length === 2);
  process.kill(client.agent.pid, 'SIGKILL');
  client = await bench.reach();
  const session = await client.attach(id, { stdin: true });
  const screen = watch(session.stdout);
  session.stdin?.write('hello\n');
  await until('it answers', () => screen.text.includes('got hello'));
  await session.resize({ columns: 80, rows: 24 });
  expect((await logOf(client, id))[0]).toMatch(/^\/dev\/pts\/\d+$/);
  await client.call('stop', { ids: [id] });
  expect(await session.exit).toBeGreaterThan(128);
});

test('a client that goes takes its sessions along', async () => {
  const id = await run(client, spec('left', 'exec sleep 300'));
  const other = await bench.reach();
  const session: AgentSession = await other.exec(id, beside(['/bin/sleep', '301']));
  session.exit.catch(() => {});
  other.close();
  await until('it has ended', async () => (await client.call('top', { ids: [id] })).processes.length === 1);
  await client.call('remove', { ids: [id], force: true });
});

function watch(stream: Readable): { readonly text: string } {
  const seen = { text: '' };
  stream.on('data', (bytes: Buffer) => (seen.text += bytes.toString()));
  stream.on('error', () => {});
  return seen;
}

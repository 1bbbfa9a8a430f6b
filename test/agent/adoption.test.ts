// The agent is killed again and again; what runs must not notice.

import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { markerName } from '#agent/leftovers.ts';
import { statOf } from '#agent/processes.ts';
import { agentBench, logOf, look, run, spec, until } from './agent-bench.ts';
import type { AgentBench } from './agent-bench.ts';

let bench: AgentBench;
afterEach(() => bench.clear());

const rounds = Number(process.env['MUSTER_KILLS'] ?? 100);

test(
  `the agent is killed ${rounds} times at random moments: no service is lost, doubled or restarted, no line of a log is lost`,
  { timeout: 300_000 },
  async () => {
    bench = agentBench({ idleSeconds: 60 });
    let client = await bench.reach();
    // Each tells its own process and counts without end.
    const counts = 'echo me $$; i=0; while :; do echo $i; i=$((i+1)); sleep 0.02; done';
    const names = Array.from({ length: 4 }, (_, at) => `steady-${at}`);
    const { outcomes } = await client.call('create', { specs: names.map((name) => spec(name, counts)), start: true });
    const ids = outcomes.map(({ id }) => id);
    const pids = await Promise.all(ids.map(async (id) => (await look(client, id)).pid));

    let made = 0;
    for (let round = 0; round < rounds; round++) {
      // It is killed while it makes, starts, stops and removes others.
      const busy = (async () => {
        for (;;) {
          const { outcomes: more } = await client.call('create', {
            specs: [spec(`passing-${made++}`, 'exec sleep 300')],
            start: true,
          });
          const passing = more.map(({ id }) => id);
          await client.call('stop', { ids: passing });
          await client.call('remove', { ids: passing, force: true });
        }
      })().catch(() => {});
      await new Promise((next) => {
        setTimeout(next, Math.random() * 40);
      });
      process.kill(client.agent.pid, 'SIGKILL');
      await busy;
      client = await bench.reach();
      const { replicas } = await client.call('list', { ids });
      expect(replicas.map(({ pid, state, restarts }) => ({ pid, state, restarts }))).toEqual(
        pids.map((pid) => ({ pid, state: 'running', restarts: 0 })),
      );
    }

    const { replicas } = await client.call('list', {});
    for (const { id, name } of replicas) {
      const mains = mainProcessesOf(id);
      expect(mains.length, `${name} runs once at most`).toBeLessThanOrEqual(1);
    }
    await client.call('stop', { ids });
    for (const [at, id] of ids.entries()) {
      const [first, ...lines] = await logOf(client, id, { follow: true });
      expect(first).toBe(`me ${pids[at]}`);
      expect(lines.length).toBeGreaterThan(rounds / 2);
      expect(lines).toEqual(lines.map((_, index) => String(index)));
    }
    expect(readdirSync(join(bench.directory, 'replicas')).length).toBe(replicas.length);
    client.close();
  },
);

test('how a service ended while there was no agent is known to the next one, and it is restarted if it wants that', async () => {
  bench = agentBench();
  const client = await bench.reach();
  const once = await run(client, spec('once', 'sleep 0.3; exit 5'));
  const again = await run(client, spec('again', 'sleep 0.3; exit 6', { restart: { policy: 'always', maxAttempts: 0 } }));
  const before = (await look(client, again)).pid;
  process.kill(client.agent.pid, 'SIGKILL');
  await until('both have ended', () => [once, again].every((id) => mainProcessesOf(id).length === 0));
  const next = await bench.reach();
  await until('the first has ended', async () => (await look(next, once)).state === 'exited');
  expect(await look(next, once)).toMatchObject({ exitCode: 5 });
  await until('it runs again', async () => (await look(next, again)).restarts > 0 && (await look(next, again)).pid !== before);
  next.close();
});

test('what ended while there was no agent does not run for who asks the next one first', async () => {
  bench = agentBench();
  const client = await bench.reach();
  const sign = join(bench.folder, 'stubborn');
  // It leaves somebody behind who takes a second to end, and so does its own end.
  const stubborn = `(trap "" TERM; touch ${sign}; exec sleep 301 >/dev/null 2>&1) &`;
  const id = await run(client, spec('gone', `${stubborn} exec sleep 300`, { stopGraceMs: 1000 }));
  await until('the other has begun', () => existsSync(sign));
  const pid = (await look(client, id)).pid as number;
  const shim = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  process.kill(client.agent.pid, 'SIGKILL');
  await until('the agent has gone', () => statOf(client.agent.pid)?.isZombie ?? true);
  process.kill(pid, 'SIGKILL');
  await until('its end is written down', () => statOf(shim)?.isZombie ?? true);
  const next = await bench.reach();
  expect(await look(next, id)).toMatchObject({ state: 'exited', exitCode: 137 });
  next.close();
});

test('an agent that hands over leaves everything running', async () => {
  bench = agentBench();
  const client = await bench.reach();
  const id = await run(client, spec('kept', 'exec sleep 300'));
  const before = await look(client, id);
  await client.call('handOver', { force: false });
  await until('it has gone', () => statOf(client.agent.pid)?.isZombie ?? true);
  const next = await bench.reach();
  expect(next.agent.pid).not.toBe(client.agent.pid);
  expect(await look(next, id)).toEqual(before);
  next.close();
});

test('after the machine was started anew, nothing counts as running, and policies say what starts', async () => {
  bench = agentBench();
  const client = await bench.reach();
  const plain = await run(client, spec('plain', 'exec sleep 300'));
  const always = await run(client, spec('always', 'exec sleep 300', { restart: { policy: 'always', maxAttempts: 0 } }));
  const unless = await run(client, spec('unless', 'exec sleep 300', { restart: { policy: 'unless-stopped', maxAttempts: 0 } }));
  await client.call('stop', { ids: [unless] });
  const ids = [plain, always, unless];
  const processes = (await client.call('top', { ids })).processes.map(({ pid }) => pid);
  const shims = processes.map((pid) => statOf(pid)?.parent ?? 0);
  // A reboot takes all at once, and gives the boot another id.
  for (const pid of [client.agent.pid, ...shims, ...processes]) process.kill(pid, 'SIGKILL');
  for (const id of ids) {
    const path = join(bench.directory, 'replicas', id, 'replica.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"another"'));
  }
  const next = await bench.reach();
  expect(await look(next, plain)).toMatchObject({ state: 'exited', exitCode: 137 });
  expect(await look(next, always)).toMatchObject({ state: 'running' });
  expect(await look(next, unless)).toMatchObject({ state: 'exited' });
  next.close();
});

test('a process that has the number of one that ended is never signalled', async () => {
  bench = agentBench();
  const client = await bench.reach();
  const id = await run(client, spec('reused', 'exec sleep 300'));
  const bystander = await run(client, spec('bystander', 'exec sleep 300'));
  const { pid } = await look(client, bystander);
  const own = await look(client, id);
  process.kill(client.agent.pid, 'SIGKILL');
  // What was kept names the bystander's number, with the start time of the one that is gone.
  const path = join(bench.directory, 'replicas', id, 'run.1');
  const shim = statOf(own.pid ?? 0)?.parent ?? 0;
  for (const one of [shim, own.pid ?? 0]) process.kill(one, 'SIGKILL');
  writeFileSync(
    path,
    readFileSync(path, 'utf8')
      .replace(`\n${own.pid} (`, `\n${pid} (`)
      .replace(/ \d+( \d+ \d+ 18446744073709551615)/, ' 12345$1'),
  );
  const next = await bench.reach();
  await next.call('stop', { ids: [id] });
  expect(await look(next, bystander)).toMatchObject({ state: 'running', pid });
  expect(await look(next, id)).toMatchObject({ state: 'exited' });
  next.close();
});

test('a shim that is killed leaves its service running; then how that ended is unknown, and said so', async () => {
  bench = agentBench();
  const client = await bench.reach();
  const id = await run(client, spec('orphan', 'exec sleep 300'));
  const { pid } = await look(client, id);
  process.kill(statOf(pid ?? 0)?.parent ?? 0, 'SIGKILL');
  expect(await look(client, id)).toMatchObject({ state: 'running', pid });
  process.kill(pid ?? 0, 'SIGKILL');
  await until('it is seen', async () => (await look(client, id)).state === 'exited');
  expect(await look(client, id)).toMatchObject({ exitCode: 255, problem: expect.stringContaining('not known') as string });
  client.close();
});

/** Leaders of sessions with this replica's marker that are no shim's: the service's own process. */
function mainProcessesOf(id: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return (
          readFileSync(`/proc/${name}/environ`, 'latin1').includes(`${markerName}=${id}`) &&
          statOf(Number(name))?.session === Number(name) &&
          !readFileSync(`/proc/${name}/cmdline`, 'latin1').includes('shim-')
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

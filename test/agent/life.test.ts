import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childrenOf, statOf } from '#agent/processes.ts';
import type { AgentClient } from '#api/agent/client.ts';
import type { AgentEvent, LaunchSpec, Outcome } from '#api/agent/contract.ts';
import { agentBench, logOf, look, run, spec, until } from './agent-bench.ts';

const bench = agentBench({ idleSeconds: 60 });
let client: AgentClient;

beforeAll(async () => {
  client = await bench.reach();
});
afterAll(() => bench.clear());

test('a service runs, ends, and how it ended is known', async () => {
  const id = await run(client, spec('exits', 'exit 42'));
  expect(await client.call('wait', { id })).toEqual({ exitCode: 42 });
  expect(await look(client, id)).toMatchObject({ state: 'exited', exitCode: 42, pid: null });
});

test('a service gets its environment and nothing of the agent, its directory, its arguments as they are', async () => {
  const odd = 'a "b" $HOME `id` \\ \n é';
  const id = await run(
    client,
    spec('bearing', ['/bin/sh', '-c', 'printf "%s|" "$1"; pwd; env; umask', 'sh', odd], {
      workingDir: '/usr',
      environment: { PATH: '/usr/bin:/bin', PLAIN: odd, run: 'ours', id: 'ours' },
    }),
  );
  await client.call('wait', { id });
  const text = (await logOf(client, id, { follow: true })).join('\n');
  expect(text).toContain(`${odd}|/usr`);
  expect(text).toContain(`PLAIN=${odd}`);
  expect(text).toContain('run=ours\n');
  expect(text).toContain('id=ours\n');
  expect(text).not.toContain('HOME=');
  expect(text).not.toMatch(/MUSTER_(?!REPLICA)/);
  expect(text).toContain('0022');
});

test('a service has the locale that it was given, and none where it was given none', async () => {
  const locales: readonly Record<string, string>[] = [{}, { LC_ALL: '' }, { LC_ALL: 'C.UTF-8', LANG: 'de_DE.UTF-8' }];
  for (const [at, locale] of locales.entries()) {
    const environment = { PATH: '/usr/bin:/bin', ...locale };
    const id = await run(client, spec(`locale${at}`, ['/usr/bin/env'], { environment, autoRemove: true }));
    const said = (await logOf(client, id, { follow: true })).filter((line) => /^(LC_ALL|LANG)=/.test(line));
    expect(said.sort()).toEqual(
      Object.entries(locale)
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
    );
  }
});

test('a variable whose name is no shell’s arrives, too', async () => {
  const id = await run(client, spec('dotted', ['/usr/bin/env'], { environment: { PATH: '/usr/bin:/bin', 'my.key': 'dots' } }));
  await client.call('wait', { id });
  expect(await logOf(client, id, { follow: true })).toContain('my.key=dots');
});

test('values and words arrive as they are: line breaks, blanks, backslashes, quotes, names that mean something to a shell', async () => {
  const odd: Readonly<Record<string, string>> = {
    LINES: 'one\ntwo\n',
    BLANKS: '  a\tb  ',
    SIGNS: String.raw`$HOME \n "$(id)" 'x' *`,
    BYTES: 'naïve ☃',
    EMPTY: '',
  };
  const shells = { IFS: 'x', PWD: '/nowhere', OLDPWD: '/else', muster_id: 'mine' };
  const print = ['/usr/bin/env', '-0'] as const;
  const words = ['/usr/bin/printf', '%s|', ...Object.values(odd), '-n', '--'] as const;
  for (const environment of [odd, { ...odd, LINES: 'one' }, shells]) {
    const wanted = { PATH: '/usr/bin:/bin', ...environment };
    const id = await run(client, spec('odd', [...print], { environment: wanted, autoRemove: true, workingDir: '/tmp' }));
    const said = (await logOf(client, id, { follow: true })).join('\n').split('\0');
    for (const [name, value] of Object.entries(environment)) expect(said).toContain(`${name}=${value}`);
    await until('it is gone', async () => (await client.call('list', { ids: [id] })).replicas.length === 0);
  }
  const id = await run(client, spec('words', [...words], { environment: { PATH: '/usr/bin:/bin' } }));
  expect((await logOf(client, id, { follow: true })).join('\n')).toBe(`${[...Object.values(odd), '-n', '--'].join('|')}|`);
});

test('when what starts services is killed, a service that it was told to start is said not to have started, and the next one starts', async () => {
  const { launcher, started } = await startInVain(spec('unlucky', 'sleep 300'));
  process.kill(launcher, 'SIGKILL');
  const [outcome] = (await started).outcomes;
  expect(outcome?.warning).toContain('it could not be started');
  expect(await look(client, outcome?.id ?? '')).toMatchObject({ state: 'exited', exitCode: 126 });
  const id = await run(client, spec('lucky', 'exec sleep 300'));
  expect(await look(client, id)).toMatchObject({ state: 'running' });
});

test('a start that takes too long is given up for good: the service is said not to have started, and does not start later', async () => {
  const sign = join(bench.folder, 'late');
  const { launcher, started } = await startInVain(spec('late', `touch ${sign}; exec sleep 300`));
  const [outcome] = (await started).outcomes;
  expect(await look(client, outcome?.id ?? '')).toMatchObject({ state: 'exited', exitCode: 126 });
  process.kill(launcher, 'SIGCONT');
  // It does what it is told in order.
  const next = await run(client, spec('after-late', 'sleep 0.3'));
  await client.call('wait', { id: next });
  expect(existsSync(sign)).toBe(false);
  expect((await client.call('top', { ids: [outcome?.id ?? ''] })).processes).toEqual([]);
});

test('an argument never shows in the environment of others, nor a secret in any argument list', async () => {
  const id = await run(
    client,
    spec('secret', ['/bin/sleep', '60'], { environment: { PATH: '/usr/bin:/bin', TOKEN: 'hush-4711' } }),
  );
  await until('it is on its own', async () => (await commandsOf(id)).join() === '/bin/sleep 60');
  const { pid } = await look(client, id);
  const shim = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  expect(readFileSync(`/proc/${shim}/cmdline`, 'utf8')).not.toContain('hush');
  await client.call('remove', { ids: [id], force: true });
});

test('a program that is not there is said before anything starts', async () => {
  const { outcomes } = await client.call('create', { specs: [spec('absent', ['no-such-program'])], start: true });
  expect(outcomes[0]?.failure).toMatchObject({
    code: 'PROGRAM_NOT_FOUND',
    message: 'there is no program "no-such-program"',
  });
});

test.each([
  ['plain.txt', 'is not executable'],
  ['folder', 'is a directory, no program'],
])('%s as a program %s, which is said of the replica afterwards, too', async (name, why) => {
  const place = mkdtempSync(join(tmpdir(), 'muster programs '));
  writeFileSync(join(place, 'plain.txt'), 'true\n', { mode: 0o600 });
  mkdirSync(join(place, 'folder'));
  try {
    const { outcomes } = await client.call('create', { specs: [spec(name, [join(place, name)])], start: true });
    const message = `${join(place, name)} ${why}`;
    expect(outcomes[0]?.failure).toMatchObject({ code: 'PROGRAM_NOT_FOUND', message });
    expect(await look(client, outcomes[0]?.id ?? '')).toMatchObject({ state: 'created', problem: message });
  } finally {
    rmSync(place, { recursive: true });
  }
});

test('a name is taken once', async () => {
  const { outcomes } = await client.call('create', { specs: [spec('twin', 'true'), spec('twin', 'true')] });
  expect(outcomes.map(({ failure }) => failure?.code)).toEqual([undefined, 'NAME_COLLISION']);
});

test('stop ends the whole group by the signal that the service wants', async () => {
  const id = await run(
    client,
    spec('group', 'trap "echo asked; exit 3" USR1; sleep 300 & echo child $!; while :; do sleep 0.05; done', {
      stopSignal: 'SIGUSR1',
    }),
  );
  await until('it runs', async () => (await logOf(client, id)).length === 1);
  await client.call('stop', { ids: [id] });
  expect(await look(client, id)).toMatchObject({ state: 'exited', exitCode: 3 });
  expect(await logOf(client, id, { follow: true })).toContain('asked');
  expect((await client.call('top', { ids: [id] })).processes).toEqual([]);
});

test.each(['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'])(
  '%s ends a program that does not care about signals',
  async (stopSignal) => {
    const id = await run(client, spec(`by-${stopSignal}`, 'exec sleep 300', { stopSignal, stopGraceMs: 60_000 }));
    await client.call('stop', { ids: [id] });
    const number = { SIGINT: 2, SIGQUIT: 3, SIGTERM: 15, SIGHUP: 1 }[stopSignal] ?? 0;
    expect((await look(client, id)).exitCode).toBe(128 + number);
  },
);

test('who ignores signals is killed after its grace time, with all of its group', async () => {
  const id = await run(client, spec('deaf', 'trap "" TERM; echo deaf; while :; do sleep 1; done', { stopGraceMs: 200 }));
  await until('it is deaf', async () => (await logOf(client, id)).length === 1);
  const began = performance.now();
  await client.call('stop', { ids: [id] });
  expect(performance.now() - began).toBeGreaterThan(200);
  expect(await look(client, id)).toMatchObject({ state: 'exited', exitCode: 137 });
});

test('a daemon that left its group and its session is ended with its service', async () => {
  const id = await run(
    client,
    spec('daemon', 'setsid sh -c "exec >/dev/null 2>&1 </dev/null; exec sleep 300" & sleep 0.2; echo up; exec sleep 300'),
  );
  await until('it is up', async () => (await logOf(client, id)).length === 1);
  await until('both sleep', async () => (await commandsOf(id)).join() === 'sleep 300,sleep 300');
  const { processes } = await client.call('top', { ids: [id] });
  await client.call('stop', { ids: [id] });
  for (const { pid } of processes) expect(statOf(pid)?.isZombie ?? true).toBe(true);
});

test('a service that turns into a daemon and ends takes the daemon with it, and that is said', async () => {
  const id = await run(client, spec('forks', 'setsid sleep 300 >/dev/null 2>&1 & exit 0'));
  await client.call('wait', { id });
  expect((await client.call('top', { ids: [id] })).processes).toEqual([]);
  expect(bench.warnings()).toContain('forks left');
});

test('a child without the marker in its environment is ended with its service, too', async () => {
  const id = await run(client, spec('unmarked', 'env -i /bin/sleep 302 >/dev/null 2>&1 & echo $!; exit 0'));
  await client.call('wait', { id });
  const [child] = await logOf(client, id, { follow: true });
  expect(statOf(Number(child))?.isZombie ?? true).toBe(true);
});

test('memory is limited where the machine permits it, and that it was too little is known', async () => {
  const hungry = 'head -c 200000000 /dev/zero | tail | wc -c; exit ${PIPESTATUS-1}';
  const id = await run(client, spec('hungry', hungry, { limits: { memoryBytes: 30_000_000, pids: 50, cpus: 1 } }));
  await client.call('wait', { id });
  const replica = await look(client, id);
  // A machine that does not permit it says so.
  if (replica.problem.includes("can't be limited")) return;
  expect(replica.oomKilled).toBe(true);
});

test('a service that ends at once is restarted with pauses that grow', async () => {
  const id = await run(client, spec('flaps', 'exit 7', { restart: { policy: 'on-failure', maxAttempts: 3 } }));
  await until('it has given up', async () => {
    const { state, restarts } = await look(client, id);
    return state === 'exited' && restarts === 3;
  });
  const dates = (await eventsOf(id)).filter(({ event }) => event.action === 'start').map(({ event }) => event.at);
  expect(dates).toHaveLength(4);
  const [first = 0, second = 0, third = 0, fourth = 0] = dates;
  expect(second - first).toBeGreaterThanOrEqual(100);
  expect(third - second).toBeGreaterThanOrEqual(200);
  expect(fourth - third).toBeGreaterThanOrEqual(400);
});

test('stopped by hand, it is not restarted', async () => {
  const id = await run(client, spec('kept-down', 'exec sleep 300', { restart: { policy: 'always', maxAttempts: 0 } }));
  await client.call('stop', { ids: [id] });
  expect(await look(client, id)).toMatchObject({ state: 'exited', exitCode: 143 });
  await client.call('start', { ids: [id] });
  expect(await look(client, id)).toMatchObject({ state: 'running' });
  await client.call('kill', { ids: [id], signal: 'SIGKILL' });
  await until('it has ended', async () => (await look(client, id)).state === 'exited');
});

test('events tell the life in Docker’s words, in order, and can be read on from a number', async () => {
  const id = await run(client, spec('told', 'exec sleep 300'));
  await client.call('stop', { ids: [id] });
  await client.call('rename', { id, name: 'told-2' });
  await client.call('remove', { ids: [id], force: false });
  const all = await eventsOf(id);
  expect(all.map(({ event }) => event.action)).toEqual(['create', 'start', 'kill', 'die', 'stop', 'rename', 'destroy']);
  expect(all.find(({ event }) => event.action === 'die')?.event.exitCode).toBe(143);
  const from = all[2]?.sequence ?? 0;
  const rest: AgentEvent[] = [];
  for await (const batch of client.stream('events', { project: 'p', afterSequence: from, until: Date.now() + 200 }))
    rest.push(...batch);
  expect(rest.map(({ event }) => event.action)).toEqual(['die', 'stop', 'rename', 'destroy']);
});

test('what removes itself takes its folder along and is told to go once, also when somebody else removes it just then', async () => {
  const ownFolder = join(bench.folder, 'staged', 'of-it');
  mkdirSync(join(ownFolder, 'secrets'), { recursive: true });
  const id = await run(client, spec('passing', 'exit 0', { autoRemove: true, ownFolder }));
  const end = client.call('wait', { id }).catch(() => {});
  await Promise.all([end, end.then(() => client.call('remove', { ids: [id], force: true }))]);
  await until('its folder has gone, and the one around it', () => !existsSync(join(bench.folder, 'staged')));
  const actions = (await eventsOf(id)).map(({ event }) => event.action);
  expect(actions.filter((action) => action === 'destroy')).toEqual(['destroy']);
});

test('health goes from starting to healthy to unhealthy by its command', async () => {
  const id = await run(
    client,
    spec('well', 'exec sleep 300', {
      workingDir: bench.folder,
      healthcheck: {
        probe: { kind: 'command', argv: ['test', '-e', 'well'] },
        intervalMs: 50,
        timeoutMs: 2000,
        startPeriodMs: 5000,
        startIntervalMs: 50,
        retries: 2,
      },
    }),
  );
  expect((await look(client, id)).health).toBe('starting');
  const { writeFileSync, rmSync } = await import('node:fs');
  writeFileSync(`${bench.folder}/well`, '');
  await until('it is healthy', async () => (await look(client, id)).health === 'healthy');
  rmSync(`${bench.folder}/well`);
  await until('it is unhealthy', async () => (await look(client, id)).health === 'unhealthy');
  expect((await eventsOf(id)).map(({ event }) => event.action).filter((action) => action.startsWith('health'))).toEqual([
    'health_status: healthy',
    'health_status: unhealthy',
  ]);
  await client.call('remove', { ids: [id], force: true });
});

test('a service may run as another user, with limits and a priority of its own', async () => {
  const id = await run(
    client,
    spec('nobody', 'id -un; ulimit -n; nice; echo reopened >/dev/stderr', {
      user: 'nobody',
      nice: 5,
      ulimits: [{ name: 'nofile', soft: 123, hard: 456 }],
    }),
  );
  await client.call('wait', { id });
  // Two outputs have two readers: which comes first is theirs to say.
  expect((await logOf(client, id, { follow: true })).sort()).toEqual(['123', '5', 'nobody', 'reopened']);
});

test('a service is in the further groups that it asks for, and so is what runs beside it', async () => {
  const id = await run(client, spec('groups', 'id -G; exec sleep 300', { user: 'nobody', groups: ['adm', '4242'] }));
  const { stdout } = await client.exec(id, {
    argv: ['id', '-G'],
    tty: false,
    stdin: false,
    workingDir: null,
    user: null,
    environment: {},
  });
  const beside = (await text(stdout)).trim().split(' ');
  let groups: string[] = [];
  await until('it has said its groups', async () => (groups = (await logOf(client, id))[0]?.split(' ') ?? []).length > 0);
  expect(beside).toEqual(groups);
  expect(groups).toEqual(expect.arrayContaining(['4', '4242', '65534']));
  await client.call('remove', { ids: [id], force: true });
});

test('a user that is not there is said', async () => {
  const { outcomes } = await client.call('create', { specs: [spec('nemo', 'true', { user: 'nemo-4711' })], start: true });
  expect(outcomes[0]?.failure?.code).toBe('USER_UNKNOWN');
});

async function commandsOf(id: string): Promise<string[]> {
  const { processes } = await client.call('top', { ids: [id] });
  return processes.map(({ command }) => command);
}

test.each([
  ['that ends right after its last word', 'echo ill; exit 4'],
  ['that leaves somebody behind with its output open', 'sleep 300 & echo ill; exit 4'],
])('a health check %s is heard', async (name, check) => {
  const probe = { kind: 'command' as const, argv: ['/bin/sh', '-c', check] };
  const healthcheck = { probe, intervalMs: 20, timeoutMs: 60_000, startPeriodMs: 0, startIntervalMs: 20, retries: 1 };
  const id = await run(client, spec(name, 'exec sleep 300', { healthcheck }));
  const probes = async () => (await look(client, id)).probes.map(({ exitCode, output }) => ({ exitCode, output }));
  await until('it was asked three times', async () => (await probes()).length >= 3);
  const expected = { exitCode: 4, output: 'ill\n' };
  expect((await probes()).slice(0, 3)).toEqual([expected, expected, expected]);
  await client.call('remove', { ids: [id], force: true });
});

async function eventsOf(id: string): Promise<AgentEvent[]> {
  const all: AgentEvent[] = [];
  for await (const batch of client.stream('events', { project: 'p', since: 0, until: Date.now() })) all.push(...batch);
  return all.filter(({ event }) => event.replicaId === id);
}

/** Told to what starts services, which is stopped: under way, and no further. */
async function startInVain(
  wanted: LaunchSpec,
): Promise<{ readonly launcher: number; readonly started: Promise<{ readonly outcomes: readonly Outcome[] }> }> {
  for (;;) {
    const began = performance.now();
    const launcher = await launcherOf(client);
    process.kill(launcher, 'SIGSTOP');
    const started = client.call('create', { specs: [wanted], start: true });
    await until('it is under way', async () =>
      (await client.call('list', {})).replicas.some(({ name, state }) => name === wanted.name && state === 'running'),
    );
    // After a second of rest another one takes its place: on a busy machine it may have been too late to stop this one.
    if (performance.now() - began < 1000) return { launcher, started };
    process.kill(launcher, 'SIGCONT');
    await client.call('remove', { ids: (await started).outcomes.map(({ id }) => id), force: true });
  }
}

/** Of an agent that has just started something. */
async function launcherOf(agent: AgentClient): Promise<number> {
  for (;;) {
    await run(agent, spec(`before-${Math.random()}`, 'true', { autoRemove: true }));
    const found = childrenOf(agent.agent.pid).find((pid) => commandOf(pid).includes('/launcher-'));
    if (found !== undefined) return found;
  }
}

/** '' once it has gone. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

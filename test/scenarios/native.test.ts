// Native services through the program: no image, no engine, the same commands.

import { randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { until } from '../agent/agent-bench.ts';
import { type Folder, folderWith, musterProgram } from '../support/muster.ts';

let folder: Folder | undefined;
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});

const stack = (web = 'exec sleep 1000'): string => `
x-native: &native { runtime: process }
services:
  web:
    command: ["sh", "-c", ${JSON.stringify(web)}]
    depends_on: { db: { condition: service_healthy } }
    environment: { TOKEN: "hunter2-in-the-environment" }
    stop_grace_period: 1s
    x-muster: *native
  db:
    command: ["sh", "-c", "touch ready; exec sleep 1000"]
    healthcheck: { test: "test -f ready", interval: 100ms, retries: 100 }
    stop_grace_period: 1s
    x-muster: *native
`;

type Row = {
  readonly Name: string;
  readonly State: string;
  readonly Health: string;
  readonly Status: string;
  readonly ID: string;
};

async function rowsOf({ muster }: Folder, ...args: string[]): Promise<Row[]> {
  const { stdout } = await muster('ps', '-a', '--format', 'json', ...args);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** What was printed so far, in the order of the alphabet: a program speaks a moment after its start. */
async function linesOf(from: Folder | undefined, ...services: string[]): Promise<string[]> {
  const { stdout } = await (from as Folder).muster('logs', '--no-log-prefix', ...services);
  return stdout.split('\n').filter(Boolean).sort();
}

test('up brings services up in order, a second up changes nothing, down takes all away', async () => {
  folder = await folderWith(stack());
  const plan = await folder.muster('plan');
  expect(plan.stdout).toContain('create');
  expect(plan.stdout).not.toContain('network');
  expect(await rowsOf(folder)).toEqual([]);

  const up = await folder.muster('up', '-d');
  expect(up).toMatchObject({ code: 0 });
  const rows = await rowsOf(folder);
  expect(rows.map(({ Name, State }) => [Name, State])).toEqual([
    [`${folder.project}-db-1`, 'running'],
    [`${folder.project}-web-1`, 'running'],
  ]);
  expect(rows[0]?.Status).toMatch(/^Up .*\(healthy\)$/);
  expect((await folder.muster('up', '-d')).stderr).toContain('Nothing to do: 2 up to date');

  expect((await folder.muster('ls')).stdout).toMatch(new RegExp(`${folder.project}\\s+running\\(2\\)`));
  expect(await folder.muster('down')).toMatchObject({ code: 0 });
  expect(await rowsOf(folder)).toEqual([]);
});

test('logs, exec and run reach the program, with its exit code', async () => {
  folder = await folderWith(stack('echo hello; echo oops >&2; exec sleep 1000'));
  await folder.muster('up', '-d');
  await expect.poll(() => linesOf(folder, 'web')).toEqual(['hello', 'oops']);
  expect(await folder.muster('exec', '-T', 'web', 'sh', '-c', 'echo $MUSTER_SERVICE $MUSTER_REPLICA; exit 7')).toMatchObject({
    code: 7,
    stdout: 'web 1\n',
  });
  expect(await folder.muster('run', '--rm', '-T', '--no-deps', 'web', 'sh', '-c', 'echo "$TOKEN"; exit 3')).toMatchObject({
    code: 3,
    stdout: 'hunter2-in-the-environment\n',
  });
  expect((await rowsOf(folder)).length).toBe(2);
});

test('stop, start, restart, kill and rm do what they say', async () => {
  folder = await folderWith(stack());
  const { muster } = folder;
  await muster('up', '-d');
  const stateOfWeb = async (): Promise<string | undefined> =>
    (await rowsOf(folder as Folder)).find(({ Name }) => Name.endsWith('web-1'))?.State;
  const verbs: [string, string[], string | undefined][] = [
    ['stop', ['web'], 'exited'],
    ['start', ['web'], 'running'],
    ['restart', ['web'], 'running'],
    ['kill', ['web'], 'exited'],
    ['rm', ['-f', 'web'], undefined],
  ];
  for (const [verb, args, state] of verbs) {
    expect(await muster(verb, ...args)).toMatchObject({ code: 0 });
    await expect.poll(stateOfWeb).toBe(state);
  }
});

test('a changed service is replaced, with what changed; its handle is another, its neighbour’s stays', async () => {
  folder = await folderWith(stack());
  await folder.muster('up', '-d');
  const before = await rowsOf(folder);
  await folder.write('compose.yaml', stack('exec sleep 2000'));
  const plan = await folder.muster('plan');
  expect(plan.stdout).toContain('command');
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  const after = await rowsOf(folder);
  expect(after.map(({ Name }) => Name)).toEqual(before.map(({ Name }) => Name));
  expect(after[0]?.ID).toBe(before[0]?.ID);
  expect(after[1]?.ID).not.toBe(before[1]?.ID);
});

test('replicas have numbers and ports of their own, and a project is scaled without its file', async () => {
  folder = await folderWith(`
services:
  web:
    command: ["sh", "-c", "echo $$MUSTER_REPLICA $$MUSTER_PORT_80; exec sleep 1000"]
    ports: ["31411-31419:80"]
    stop_signal: KILL
    x-muster: { runtime: process }
`);
  expect(await folder.muster('up', '-d', '--scale', 'web=3')).toMatchObject({ code: 0 });
  await expect.poll(() => linesOf(folder)).toEqual(['1 31411', '2 31412', '3 31413']);
  const { project } = folder;
  expect((await folder.run('sh', '-c', `cd / && '${musterProgram}' -p ${project} stop -t 0`)).code).toBe(0);
  expect((await rowsOf(folder)).map(({ State }) => State)).toEqual(['exited', 'exited', 'exited']);
});

test('a port that somebody holds is an error before anything is made, with the holder’s name', async () => {
  const server = createServer().listen(31_421, '127.0.0.1');
  await once(server, 'listening');
  try {
    folder = await folderWith(`
services:
  web: { command: sleep 1000, ports: ["31421:80"], x-muster: { runtime: process } }
`);
    const up = await folder.muster('up', '-d');
    expect(up.code).toBe(1);
    expect(up.stderr).toContain('PORT_IN_USE');
    expect(up.stderr).toContain(`(pid ${process.pid})`);
    expect(await rowsOf(folder)).toEqual([]);
  } finally {
    server.close();
  }
});

test('a port is a replica’s own before it listens: for other projects, and for a one-off beside it', async () => {
  folder = await folderWith(`
services:
  web: { command: sleep 1000, ports: ["31422:80"], stop_grace_period: 0s, x-muster: { runtime: process } }
  many: { command: sh -c 'echo $$PORT', ports: ["31423-31424:80"], x-muster: { runtime: process }, profiles: [tools] }
`);
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  const holder = `held by native service "${folder.project}-web-1"`;
  expect(await folder.muster('-p', `${folder.project}-other`, 'up', '-d')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(holder) as string,
  });
  expect(await folder.muster('run', '--rm', '--service-ports', 'web', 'true')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(holder) as string,
  });
  expect(await folder.muster('run', '--rm', 'web', 'true')).toMatchObject({ code: 0 });
  expect(await folder.muster('up', '-d', '--force-recreate')).toMatchObject({ code: 0 });
  expect((await folder.muster('run', '--rm', '--service-ports', 'many')).stdout).toBe('31423\n');
  expect(await folder.muster('run', '-d', '--service-ports', 'many', 'sleep', '1000')).toMatchObject({ code: 0 });
  expect((await folder.muster('run', '--rm', '--service-ports', 'many')).stdout).toBe('31424\n');
});

test('what a native program can’t have is refused, all of it at once, before anything changes', async () => {
  folder = await folderWith(`
services:
  web: { command: sleep 1000, privileged: true, x-muster: { runtime: process } }
  db: { image: postgres, x-muster: { runtime: process } }
`);
  const up = await folder.muster('up', '-d');
  expect(up.code).toBe(1);
  expect(up.stderr).toContain('service web: privileged');
  expect(up.stderr).toContain('service db: command is not given');
  expect(await rowsOf(folder)).toEqual([]);
});

test('secrets reach the program and nothing else: no argument list, plan, log, receipt or label; they go with the replica', async () => {
  // Of this test alone: others on this machine keep secrets in argument lists on purpose.
  const [inEnvironment, inSecret] = [randomUUID(), randomUUID()];
  folder = await folderWith(`
services:
  web:
    command: ["sh", "-c", "cmp -s $$MUSTER_SECRETS_DIR/key $$KEY_FILE && stat -c %a $$KEY_FILE; exec sleep 1000"]
    environment: { TOKEN: "${inEnvironment}", KEY_FILE: /run/secrets/key }
    secrets: [key]
    stop_signal: KILL
    x-muster: { runtime: process }
secrets:
  key: { environment: KEY_OF_MINE }
`);
  const env = { KEY_OF_MINE: inSecret };
  const said: string[] = [];
  for (const args of [['plan'], ['up', '-d'], ['ps', '-a', '--format', 'json']]) {
    const { stdout, stderr, code } = await folder.start(args, { env }).finished;
    expect(code).toBe(0);
    said.push(stdout, stderr);
  }
  await expect.poll(() => linesOf(folder)).toEqual(['600']);
  said.push((await folder.muster('logs')).stdout);
  said.push((await folder.muster('receipts', 'show', '--format', 'json')).stdout);
  said.push((await folder.run('ps', '-eo', 'args')).stdout);
  for (const secret of [inEnvironment, inSecret]) expect(said.join('\n')).not.toContain(secret);
  const holds = async (): Promise<string[]> => {
    const paths = (await readdir((folder as Folder).path, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const found: string[] = [];
    for (const { parentPath, name } of paths)
      // The agent removes what is not needed any more meanwhile.
      if ((await readFile(join(parentPath, name), 'utf8').catch(() => '')).includes(inSecret)) found.push(name);
    return found;
  };
  expect(await holds()).toEqual(['key']);
  await folder.muster('down');
  expect(await holds()).toEqual([]);
  // Of what removes itself, too, although no command is there to see it.
  expect(await folder.start(['run', '-d', '--rm', 'web', 'true'], { env }).finished).toMatchObject({ code: 0 });
  await until('it has gone', async () => (await holds()).length === 0);
});

test('a named volume outlives its replicas and goes with down -v', async () => {
  folder = await folderWith(`
services:
  web:
    command: ["sh", "-c", "echo once >> $$MUSTER_VOLUME_DATA/log; cat $$MUSTER_VOLUME_DATA/log; exec sleep 1000"]
    volumes: ["data:/data"]
    stop_signal: KILL
    x-muster: { runtime: process }
volumes: { data: {} }
`);
  await folder.muster('up', '-d');
  await folder.muster('up', '-d', '--force-recreate');
  await expect.poll(() => linesOf(folder)).toEqual(['once', 'once']);
  await folder.muster('down', '-v');
  await folder.muster('up', '-d');
  await expect.poll(() => linesOf(folder)).toEqual(['once']);
  expect(await folder.muster('down', '-v')).toMatchObject({ code: 0 });
});

test('sudo, cron and a login, which have different runtime directories, find the same agent', async () => {
  folder = await folderWith(stack());
  await folder.muster('up', '-d');
  const other = { env: { XDG_RUNTIME_DIR: join(folder.path, '.another') } };
  const { stdout } = await folder.start(['ps', '--format', '{{.Service}} {{.State}}'], other).finished;
  expect(stdout.split('\n').filter(Boolean).sort()).toEqual(['db running', 'web running']);
  expect(await folder.start(['down'], other).finished).toMatchObject({ code: 0 });
  expect(await rowsOf(folder)).toEqual([]);
});

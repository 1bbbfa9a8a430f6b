// One file, several runtimes: a container, a native program, another on a host over SSH, a container there, and somebody else's service.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '../agent/agent-bench.ts';
import { freePort } from '../support/free-port.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';
import { type SshServer, startSshServer } from '../support/parts/ssh-server.ts';

let server: SshServer;
let health: { readonly url: string; status: number; readonly close: () => void };
const folders: Folder[] = [];

beforeAll(async () => {
  await ensureBusyboxImage();
  server = await startSshServer({ ownState: true });
  const http = createServer((_request, response) => response.writeHead(health.status).end()).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  health = { url, status: 200, close: () => (http.close(), http.closeAllConnections()) };
});
afterEach(async () => {
  health.status = 200;
  for (const folder of folders.splice(0)) await folder.cleanUp();
});
afterAll(async () => {
  health.close();
  await server.close();
});

async function open(compose: string): Promise<Folder> {
  const env = { PATH: `${join(server.folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  const folder = await folderWith(compose, { env });
  folders.push(folder);
  return folder;
}

const far = (): string => `ssh://${server.user}@127.0.0.1:${server.port}`;
const container = `image: ${busyboxImage}\n    command: sleep 1000\n    stop_grace_period: 0s`;
const native = 'command: sleep 1000\n    stop_grace_period: 0s';

async function column(folder: Folder, ...fields: readonly string[]): Promise<string[]> {
  const { stdout } = await folder.muster('status', '--format', 'json');
  const { services } = JSON.parse(stdout) as { services: readonly { replicas: readonly Record<string, unknown>[] }[] };
  return services.flatMap(({ replicas }) => replicas.map((replica) => fields.map((field) => String(replica[field])).join(' ')));
}

test('everything comes up in the order of its dependencies, is seen as one, and goes', async () => {
  const folder = await open(`services:
  web:
    ${container}
    depends_on: { api: { condition: service_started }, pay: { condition: service_healthy } }
  api:
    ${native}
    x-muster: { runtime: process }
  pay:
    x-muster: { runtime: remote, remote: { url: "${health.url}" } }
`);
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect(await column(folder, 'name', 'runtime', 'status')).toEqual([
    `${folder.project}-api-1 process healthy`,
    `${folder.project}-pay-1 remote healthy`,
    `${folder.project}-web-1 docker healthy`,
  ]);
  expect((await folder.muster('plan', '--detailed-exitcode')).code).toBe(0);
  const top = (await folder.muster('top')).stdout.trim().split('\n').slice(1);
  expect(top.map((line) => `${line.split(/\s+/)[0]} ${line.trim().split(/\s+/).slice(-2).join(' ')}`)).toEqual([
    'api sleep 1000',
    'web sleep 1000',
  ]);
  const listed = (await folder.muster('ls')).stdout.split('\n').find((line) => line.startsWith(folder.project));
  expect(listed).toContain('running(3)');

  // From a folder without the file: what each runtime knows is enough.
  await folder.run('mv', 'compose.yaml', 'elsewhere');
  expect((await folder.muster('-p', folder.project, 'ps', '--services')).stdout.trim().split('\n')).toEqual([
    'api',
    'pay',
    'web',
  ]);
  expect(await folder.muster('-p', folder.project, 'down')).toMatchObject({ code: 0 });
  expect((await folder.muster('-p', folder.project, 'ps', '-a', '-q')).stdout).toBe('');
});

test('a container reaches a native service by its name', async () => {
  const port = await freePort();
  const folder = await open(`services:
  web:
    ${container}
    depends_on: { api: { condition: service_healthy } }
  api:
    ports: ["${port}:${port}"]
    healthcheck: { interval: 100ms, retries: 100 }
    x-muster:
      runtime: process
      health: { tcp: ${port} }
      process: { command: ["${process.execPath}", serve.mjs], working_dir: . }
`);
  await folder.write(
    'serve.mjs',
    `import { createServer } from 'node:http';\ncreateServer((_, answer) => answer.end('from the host')).listen(${port}, '0.0.0.0');\n`,
  );
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect(await folder.muster('exec', '-T', 'web', 'wget', '-qO-', `http://api:${port}/`)).toMatchObject({
    code: 0,
    stdout: 'from the host',
  });
  expect((await folder.muster('run', '--rm', '-T', 'web', 'wget', '-qO-', `http://api:${port}/`)).stdout).toBe('from the host');
  expect((await folder.muster('plan', '--detailed-exitcode')).code).toBe(0);
});

test('a native service reaches containers and native services by their names, wherever they move, without a restart', async () => {
  const watch = `import { lookup } from 'node:dns/promises';
let last = '';
setInterval(async () => {
  const now = await lookup('db').then(({ address }) => address, ({ code }) => code);
  if (now !== last) console.log('db is at ' + (last = now));
}, 50);
`;
  const compose = (more: string): string => `services:
  api:
    stop_grace_period: 0s
    depends_on: [db]
    x-muster: { runtime: process, process: { command: ["${process.execPath}", watch.mjs], working_dir: . } }
  other:
    ${native}
    x-muster: { runtime: process }
  db:
    image: ${busyboxImage}
    command: httpd -f -p 80 -h /etc
    stop_grace_period: 0s
    networks: { default: { aliases: [store${more} } }
  plain:
    ${container}
`;
  const folder = await open(compose(']'));
  await folder.write('watch.mjs', watch);
  const told = async (): Promise<string[]> =>
    [...(await folder.muster('logs', '--no-log-prefix', 'api')).stdout.matchAll(/db is at (\S+)/g)].map(([, at = '']) => at);
  const ask = (...words: readonly string[]): ReturnType<Folder['muster']> => folder.muster('exec', '-T', 'api', ...words);
  const up = await folder.muster('up', '-d');
  expect(up, up.stderr).toMatchObject({ code: 0 });

  // From its first look on: it was started after db, and then knew it.
  await until('it found db', async () => (await told()).length > 0);
  const [first = ''] = await told();
  expect(first).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  const page = `const text = await (await fetch('http://store/passwd')).text(); console.log(text.includes('root'))`;
  expect((await ask(process.execPath, '--input-type=module', '-e', page)).stdout).toBe('true\n');
  expect((await ask('getent', 'hosts', 'plain', `${folder.project}-plain-1`)).stdout.split('\n').filter(Boolean)).toHaveLength(2);
  expect((await ask('getent', 'hosts', 'other')).stdout).toMatch(/^127\.0\.0\.1 +other$/m);
  expect((await ask('getent', 'hosts', 'localhost')).code).toBe(0);
  const oneOff = await folder.muster('run', '--rm', '-T', '--entrypoint', 'getent hosts store', 'api');
  expect(oneOff.stdout).toContain(first);
  // Nobody else on the machine hears of it.
  expect((await folder.run('getent', 'hosts', 'store')).code).not.toBe(0);

  // Somebody takes its address before it is replaced.
  const before = await column(folder, 'name', 'id');
  const squatter = `${folder.project}-squatter`;
  await folder.run('docker', 'run', '-d', '--name', squatter, busyboxImage, 'sleep', '1000');
  await folder.muster('stop', 'db');
  await folder.run('docker', 'network', 'connect', `${folder.project}_default`, squatter);
  await folder.write('compose.yaml', compose(', archive]'));
  const moved = await folder.muster('up', '-d');
  expect(moved, moved.stderr).toMatchObject({ code: 0 });
  await until('it found db again', async () => (await told()).length > 2);
  const [, stopped, second = ''] = await told();
  expect(stopped).toBe('ENOTFOUND');
  expect(second).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  expect(second).not.toBe(first);
  expect((await ask('getent', 'hosts', 'archive')).stdout).toContain(second);
  const after = await column(folder, 'name', 'id');
  expect(after.filter((line) => line.includes('-api-'))).toEqual(before.filter((line) => line.includes('-api-')));

  // Somebody moves it behind our back: an up that has nothing to do puts it right.
  const moving = `${folder.project}-db-1`;
  await folder.run('docker', 'stop', '-t', '0', moving);
  const inItsPlace = ['--name', `${squatter}-too`, '--net', `${folder.project}_default`];
  await folder.run('docker', 'run', '-d', ...inItsPlace, busyboxImage, 'sleep', '1000');
  await folder.run('docker', 'start', moving);
  await folder.run('docker', 'rm', '-f', squatter, `${squatter}-too`);
  const address = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const third = (await folder.run('docker', 'inspect', '-f', address, moving)).stdout.trim();
  expect(third).not.toBe(second);
  expect((await folder.muster('up', '-d')).stderr).toContain('Nothing to do: 4 up to date');
  await until('it found db where it is now', async () => (await told()).at(-1) === third);

  // Nor does the file have to be there.
  await folder.run('mv', 'compose.yaml', 'elsewhere');
  await folder.muster('-p', folder.project, 'restart', 'plain', 'api');
  for (const name of ['archive', 'plain', 'other'])
    expect((await folder.muster('-p', folder.project, 'exec', '-T', 'api', 'getent', 'hosts', name)).code, name).toBe(0);
});

test('status tells what is wrong, and says so by its exit code', async () => {
  const folder = await open(`services:
  api:
    ${native}
    x-muster: { runtime: process }
  pay:
    x-muster: { runtime: remote, remote: { url: "${health.url}" } }
`);
  expect((await folder.muster('status')).code).toBe(3);
  await folder.muster('up', '-d');
  expect((await folder.muster('status')).code).toBe(0);
  health.status = 503;
  const ill = await folder.muster('status');
  expect(ill.code).toBe(3);
  expect(ill.stdout).toMatch(/^pay +unhealthy +0\/1 +remote +HTTP 503, not 200-399$/m);
  expect(ill.stdout).toMatch(/^api +healthy +1\/1 +process /m);
});

test('a service moves from one runtime to another, and nothing of it stays behind', async () => {
  const folder = await open(`services:\n  api:\n    ${container}\n    x-muster: { process: { command: sleep 1000 } }\n`);
  await folder.muster('up', '-d');
  expect(await column(folder, 'runtime')).toEqual(['docker']);
  const { stderr } = await folder.muster('--runtime', 'process', 'up', '-d');
  expect(stderr).toContain(`Process ${folder.project}-api-1`);
  expect(await column(folder, 'runtime')).toEqual(['process']);
  await folder.muster('up', '-d');
  expect(await column(folder, 'runtime')).toEqual(['docker']);
});

test('where there is no engine, a service that says how runs natively, and one that does not is an error before anything changes', async () => {
  const noEngine = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  const both = `image: ${busyboxImage}\n    x-muster: { process: { command: sleep 1000 } }`;
  const folder = await folderWith(`services:\n  api:\n    ${both}\n`, { env: noEngine });
  folders.push(folder);
  const up = await folder.muster('up', '-d');
  expect(up).toMatchObject({ code: 0, stderr: expect.stringContaining('run natively, as x-muster says: api') });
  expect(await column(folder, 'runtime', 'status')).toEqual(['process healthy']);
  await folder.write('compose.yaml', `services:\n  api:\n    ${both}\n  web:\n    ${container}\n`);
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 1, stderr: expect.stringContaining('ENGINE_ABSENT') });
  // Who only looks sees the rest, and hears of what it does not see.
  const ps = await folder.muster('ps', '--services');
  expect(ps).toMatchObject({ code: 0, stdout: 'api\n', stderr: expect.stringContaining('what runs on docker is not seen') });
  await folder.muster('--runtime', 'process', 'down');
});

// The other host is this one, and so is its engine: it can't be used under two names at once.
test('services run on another host, natively and in containers, beside those here', async () => {
  const folder = await open(`x-muster: { host: "${far()}" }
services:
  here:
    ${native}
    x-muster: { runtime: process, host: local }
  native:
    ${native}
    x-muster: { runtime: process }
  there:
    ${container}
    depends_on: [native]
`);
  const up = await folder.muster('up', '-d');
  expect(up, up.stderr).toMatchObject({ code: 0 });
  expect(await column(folder, 'name', 'runtime', 'status')).toEqual([
    `${folder.project}-here-1 process healthy`,
    `${folder.project}-native-1 process@${far()} healthy`,
    `${folder.project}-there-1 docker@${far()} healthy`,
  ]);
  expect((await folder.muster('exec', '-T', 'there', 'echo', 'from there')).stdout).toBe('from there\n');
  expect(await folder.muster('down')).toMatchObject({ code: 0 });
});

// Health of native services by real servers: what they answer, that they don't, and who waits for it.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../agent/agent-bench.ts';
import { type Folder, folderWith } from '../support/muster.ts';

/** Answers as the file `mode` says; the port of `tcp` is open while there is a file `open`. */
const server = `
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcp } from 'node:net';
const { MUSTER_PORT_80: http, MUSTER_PORT_90: tcp } = process.env;
let mode = '';
createServer((request, response) => {
  // It is empty for the moment in which it is written.
  mode = readFileSync('mode', 'utf8') || mode;
  if (mode === 'slow') return;
  if (mode === 'reset') return void request.socket.destroy();
  response.writeHead(Number(mode), { location: 'http://127.0.0.1:1/' }).end(request.url);
}).listen(Number(http));
let listening = null;
setInterval(() => {
  if (existsSync('open') === (listening !== null)) return;
  if (listening === null) listening = createTcp((socket) => socket.destroy()).listen(Number(tcp));
  else listening = void listening.close() ?? null;
}, 20);
`;

const often = 'interval: 100ms, timeout: 1s, retries: 2';
/** `patient`: not called unhealthy before its server listens. */
const stack = (health: string, patient: 'patient' | 'impatient' = 'patient'): string => `
services:
  web:
    command: "${process.execPath} server.mjs"
    ports: ["80", "90"]
    stop_signal: KILL
    healthcheck: { ${often}${patient === 'patient' ? ', start_period: 60s, start_interval: 100ms' : ''} }
    x-muster: { runtime: process, health: ${health} }
  after:
    command: sleep 1000
    stop_signal: KILL
    depends_on: { web: { condition: service_healthy } }
    x-muster: { runtime: process }
`;

let folder: Folder;
beforeEach(async () => {
  folder = await folderWith('');
  await folder.write('server.mjs', server);
});
afterEach(() => folder.cleanUp());

type Told = { readonly status: string; readonly why: string; readonly health: string };

async function web(): Promise<Told> {
  const { stdout } = await folder.muster('status', '--format', 'json', 'web');
  const { services } = JSON.parse(stdout) as { services: { status: string; why: string; replicas: { health: string }[] }[] };
  const [service] = services;
  return { status: service?.status ?? '', why: service?.why ?? '', health: service?.replicas[0]?.health ?? '' };
}

async function becomes(status: string, why: string): Promise<void> {
  let last: Told | null = null;
  await until(
    `web is ${status} because of ${why}`,
    async () => (last = await web()).status === status && last.why.includes(why),
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last)}`);
  });
}

test('HTTP: any status of 200 to 399 is healthy, no other, no answer in time, none at all; a redirection is not followed', async () => {
  await folder.write('compose.yaml', stack('{ http: "http://localhost:80/health?deep=1" }', 'impatient'));
  await folder.write('mode', '503');
  const up = await folder.muster('up', '-d');
  expect(up.code).toBe(1);
  expect(up.stderr).toContain('DEPENDENCY_FAILED');
  await becomes('unhealthy', 'HTTP 503');

  await folder.write('mode', '200');
  await becomes('healthy', 'HTTP 200');
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  for (const [mode, status, why] of [
    ['404', 'unhealthy', 'HTTP 404'],
    ['302', 'healthy', 'HTTP 302'],
    ['slow', 'unhealthy', 'no answer in 1000 ms'],
    ['204', 'healthy', 'HTTP 204'],
    ['reset', 'unhealthy', 'socket hang up'],
  ] as const) {
    await folder.write('mode', mode);
    await becomes(status, why);
  }
  const { stdout } = await folder.muster('ps', '--format', '{{.Service}} {{.Health}}', 'web');
  expect(stdout).toBe('web unhealthy\n');
});

test('HTTP with a status: that one and no other', async () => {
  await folder.write('compose.yaml', stack('{ http: "http://127.0.0.1:80/", status: 401 }'));
  await folder.write('mode', '401');
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  await becomes('healthy', 'its health check says so: HTTP 401');
  expect((await web()).health).toBe('healthy');
  await folder.write('mode', '200');
  await becomes('unhealthy', 'HTTP 200');
});

test('HTTPS: a certificate that nobody trusts is not healthy, and that is said', async () => {
  await folder.write('compose.yaml', stack('{ http: "https://localhost:80/" }', 'impatient'));
  await folder.run(
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'key.pem',
    '-out',
    'cert.pem',
    '-subj',
    '/CN=localhost',
  );
  const secure = `createServer({ key: readFileSync('key.pem'), cert: readFileSync('cert.pem') }, `;
  await folder.write('server.mjs', server.replace(`'node:http'`, `'node:https'`).replace('createServer(', secure));
  await folder.write('mode', '200');
  expect((await folder.muster('up', '-d')).code).toBe(1);
  await becomes('unhealthy', 'self-signed certificate');
});

test('TCP: a port that takes connections is healthy, one that refuses them is not', async () => {
  await folder.write('compose.yaml', stack('{ tcp: 90 }'));
  await folder.write('open', '');
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  await becomes('healthy', 'its health check says so');
  await folder.run('rm', 'open');
  await becomes('unhealthy', 'ECONNREFUSED');
});

test('a command: CMD is run as it is, CMD-SHELL by a shell, NONE by nobody; what the check said is told', async () => {
  const service = (name: string, check: string): string => `
  ${name}:
    command: sleep 1000
    stop_signal: KILL
    environment: { WHO: "a b" }
    healthcheck: { test: ${check}, ${often} }
    x-muster: { runtime: process }`;
  await folder.write(
    'compose.yaml',
    `services:${[
      service('cmd', `["CMD", "test", "$$WHO", "=", "$$WHO"]`),
      service('shell', `["CMD-SHELL", "test \\"$$WHO\\" = \\"a b\\""]`),
      service('text', `"echo ill: $$WHO; exit 1"`),
      service('none', `["NONE"]`),
      service('silent', `"exit 4"`),
      service('missing', `["CMD", "no-such-check"]`),
    ].join('')}`,
  );
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  const told = async (): Promise<string[]> => {
    const { stdout } = await folder.muster('status', '--format', 'json');
    const { services } = JSON.parse(stdout) as { services: { service: string; status: string; why: string }[] };
    return services.map(({ service: name, status, why }) => `${name} ${status}: ${why}`);
  };
  await until('each has been asked', async () => (await told()).every((line) => !line.includes('starting')));
  expect(await told()).toEqual([
    'cmd healthy: its health check says so',
    expect.stringMatching(/^missing unhealthy: its health check says so: .*no-such-check/),
    'none healthy: it runs; nothing tells more',
    'shell healthy: its health check says so',
    'silent unhealthy: its health check says so: it ended with 4',
    'text unhealthy: its health check says so: ill: a b',
  ]);
});

// The example application, brought up by muster as its README says.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { replicasThatAnswer, sign, waitForPage } from '../../tools/demo/visit.ts';
import { freePort } from '../support/free-port.ts';
import { type Outcome, mustRun, repository, run } from '../../tools/parts/run.ts';

const folder = `${repository}/examples/guestbook`;
const project = `guestbook-test-${process.pid}`;
let address: string;
let env: Record<string, string>;

const muster = (...args: string[]): Promise<Outcome> => run(`${repository}/bin/muster`, args, { cwd: folder, env });
const inside = (service: string, ...command: string[]): Promise<Outcome> => muster('exec', '-T', service, ...command);

beforeAll(async () => {
  const port = await freePort();
  address = `http://localhost:${port}`;
  env = { COMPOSE_PROJECT_NAME: project, GUESTBOOK_PORT: String(port) };
  await mustRun(`${folder}/prepare`, []);
  const up = await muster('up', '-d', '--build', '--wait');
  expect(up, up.stderr).toMatchObject({ code: 0 });
  await waitForPage(address);
}, 120_000);
afterAll(async () => {
  await muster('--profile', 'debug', 'down', '-v', '-t', '1', '--rmi', 'local', '--remove-orphans');
});

test('an entry goes through the queue and the worker, and appears on the page', async () => {
  const [newest] = await sign(address, 'Zoë', 'A darn good – naïve – book');
  expect(newest).toBe('Zoë: A d*** good – naïve – book');
});

test('the init job ran to its end before the api started', async () => {
  const { stdout } = await muster('ps', '-a', '--format', 'json');
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { Service: string; State: string; ExitCode: number });
  expect(rows.filter((row) => row.Service === 'init')).toMatchObject([{ State: 'exited', ExitCode: 0 }]);
  expect(rows.filter((row) => row.Service === 'api')).toMatchObject([{ State: 'running' }, { State: 'running' }]);
});

test('the store can be reached from the back network only, by name and by address', async () => {
  const filters = [`project=${project}`, 'service=store'].flatMap((label) => ['--filter', `label=com.docker.compose.${label}`]);
  const id = (await mustRun('docker', ['ps', '-q', ...filters])).trim();
  const ip = (await mustRun('docker', ['inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', id])).trim();
  const reach = (service: string, host: string, patienceMs: number): Promise<Outcome> =>
    inside(service, 'node', '-e', reachScript, host, String(patienceMs));
  for (const host of ['store', ip]) {
    expect(await reach('api', host, 60_000)).toMatchObject({ code: 0, stdout: 'reached' });
    expect(await reach('web', host, 1500)).toMatchObject({ code: 1, stdout: '' });
  }
});

const reachScript = `
  const socket = require('node:net').connect({ port: 6379, host: process.argv[1] });
  socket.on('connect', () => (process.stdout.write('reached'), process.exit(0))).on('error', () => process.exit(1));
  setTimeout(() => process.exit(1), Number(process.argv[2]));
`;

test('both replicas of the api answer', async () => {
  expect(await replicasThatAnswer(address, 2)).toHaveLength(2);
});

test('the password is in no environment and in no process list', async () => {
  const { stdout: password } = await inside('store', 'cat', '/run/secrets/store_password');
  expect(password).toMatch(/^[0-9a-f]{48}$/);
  const seen = `${(await inside('store', 'ps', '-o', 'args')).stdout}${(await inside('store', 'env')).stdout}${(await inside('api', 'env')).stdout}`;
  expect(seen).toContain('redis-server');
  expect(seen).not.toContain(password);
});

test('a service of a profile runs on demand', async () => {
  const outcome = await muster('run', '--rm', '-T', 'debug', 'LLEN', 'guestbook:queue');
  expect(outcome, outcome.stderr).toMatchObject({ code: 0, stdout: '0\n' });
});

test('entries survive down and up', async () => {
  await sign(address, 'Ada', 'still here');
  expect((await muster('down', '-t', '1')).code).toBe(0);
  const up = await muster('up', '-d');
  expect(up, up.stderr).toMatchObject({ code: 0 });
  await waitForPage(address);
  expect(await sign(address, 'Bob', 'me too')).toContain('Ada: still here');
});

// One application's life on a real engine: up, seen from a fresh shell, changed, scaled, down.

import { afterEach, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';

let folder: Folder | undefined;
beforeAll(() => ensureBusyboxImage());
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});

const stack = (command = 'sleep 1000') => `
services:
  db:
    image: ${busyboxImage}
    command: sh -c 'echo db is up; trap exit TERM; while :; do sleep 0.1; done'
    stop_grace_period: 1s
    volumes: [data:/data]
    healthcheck: { test: [CMD, test, -e, /], interval: 0.2s, retries: 3 }
  init:
    image: ${busyboxImage}
    command: echo initialised
    depends_on: { db: { condition: service_healthy } }
  web:
    image: ${busyboxImage}
    command: ${command}
    stop_signal: KILL
    depends_on:
      db: { condition: service_healthy }
      init: { condition: service_completed_successfully }
volumes:
  data:
`;

test('up -d starts everything in dependency order, and running it again changes nothing', async () => {
  folder = await folderWith(stack());
  const up = await folder.muster('up', '-d');
  expect(up).toMatchObject({ code: 0 });
  const ps = await containers(folder);
  expect(ps.map((each) => [each.Service, each.State])).toEqual([
    ['db', 'running'],
    ['init', 'exited'],
    ['web', 'running'],
  ]);
  const before = ps.find((each) => each.Service === 'web')?.ID;
  expect((await folder.muster('up', '-d')).code).toBe(0);
  expect((await containers(folder)).find((each) => each.Service === 'web')?.ID).toBe(before);
});

test('a fresh shell sees, reads, enters and removes what another one started', async () => {
  folder = await folderWith(stack());
  await folder.muster('up', '-d');
  const elsewhere = { cwd: '/', args: ['-p', folder.project] };
  expect((await folder.muster(...elsewhere.args, 'logs', '--no-color', 'db')).stdout).toContain('db is up');
  expect(await folder.muster('exec', '-T', 'web', 'sh', '-c', 'echo inside; exit 7')).toMatchObject({
    code: 7,
    stdout: 'inside\n',
  });
  expect((await folder.muster('ls', '--format', 'json')).stdout).toContain(folder.project);
  await folder.run('rm', 'compose.yaml');
  expect((await folder.muster(...elsewhere.args, 'ps', '-a', '--format', 'json')).stdout).toContain('"Service":"init"');
  expect((await folder.muster(...elsewhere.args, 'down')).code).toBe(0);
  expect((await folder.run('docker', 'ps', '-aq', '--filter', `label=com.docker.compose.project=${folder.project}`)).stdout).toBe(
    '',
  );
});

test('a changed command is planned with its reason, replaces that service only, and leaves a verified receipt', async () => {
  folder = await folderWith(stack());
  await folder.muster('up', '-d');
  const before = await containers(folder);
  await folder.write('compose.yaml', stack('sleep 2000'));
  const plan = await folder.muster('plan');
  expect(plan.code).toBe(0);
  expect(plan.stdout).toMatch(/command: .*1000.* -> .*2000/);
  expect(await containers(folder)).toEqual(before);
  expect((await folder.muster('up', '-d')).code).toBe(0);
  const after = await containers(folder);
  const idOf = (list: readonly Container[], service: string) => list.find((each) => each.Service === service)?.ID;
  expect(idOf(after, 'db')).toBe(idOf(before, 'db'));
  expect(idOf(after, 'web')).not.toBe(idOf(before, 'web'));
  expect(after.find((each) => each.Service === 'web')?.Name).toBe(`${folder.project}-web-1`);
  expect(await folder.muster('receipts', 'verify')).toMatchObject({ code: 0 });
  expect((await folder.muster('receipts', 'list', '--format', 'json')).stdout).toContain('"verb":"up"');
});

test('--dry-run shows the plan of every mutating command and changes nothing', async () => {
  folder = await folderWith(stack());
  await folder.muster('up', '-d');
  const before = await containers(folder);
  for (const verb of [
    ['down', '-v'],
    ['stop'],
    ['restart'],
    ['kill'],
    ['rm', '-sf'],
    ['up', '--force-recreate', '-d'],
    ['scale', 'web=3'],
  ]) {
    const dry = await folder.muster('--dry-run', ...verb);
    expect(dry, verb.join(' ')).toMatchObject({ code: 0 });
    expect(dry.stdout, verb.join(' ')).toMatch(/web/);
  }
  expect(await containers(folder)).toEqual(before);
});

test('scale up and down keeps names stable', async () => {
  folder = await folderWith(stack());
  await folder.muster('up', '-d', '--scale', 'web=3');
  const first = (await containers(folder)).find((each) => each.Name.endsWith('web-1'))?.ID;
  expect(await namesOf(folder, 'web')).toEqual(['web-1', 'web-2', 'web-3']);
  expect((await folder.muster('scale', 'web=1')).code).toBe(0);
  expect(await namesOf(folder, 'web')).toEqual(['web-1']);
  expect((await containers(folder)).find((each) => each.Name.endsWith('web-1'))?.ID).toBe(first);
  expect((await folder.muster('scale', 'web=2')).code).toBe(0);
  expect(await namesOf(folder, 'web')).toEqual(['web-1', 'web-2']);
});

test('down keeps the volume unless -v is given', async () => {
  folder = await folderWith(stack());
  await folder.muster('up', '-d');
  const volumes = async () =>
    (
      await (folder as Folder).run('docker', 'volume', 'ls', '-q', '--filter', `name=${(folder as Folder).project}_data`)
    ).stdout.trim();
  expect((await folder.muster('down')).code).toBe(0);
  expect(await volumes()).toBe(`${folder.project}_data`);
  await folder.muster('up', '-d');
  expect((await folder.muster('down', '-v')).code).toBe(0);
  expect(await volumes()).toBe('');
});

test('an orphan is named and left alone, and removed when asked', async () => {
  folder = await folderWith(stack());
  await folder.muster('up', '-d');
  await folder.write(
    'compose.yaml',
    `services:\n  db:\n    image: ${busyboxImage}\n    command: sleep 1000\n    stop_signal: KILL\n`,
  );
  const up = await folder.muster('up', '-d');
  expect(up.stderr + up.stdout).toMatch(/orphan/i);
  expect(await namesOf(folder, 'web')).toEqual(['web-1']);
  expect((await folder.muster('up', '-d', '--remove-orphans')).code).toBe(0);
  expect(await namesOf(folder, 'web')).toEqual([]);
});

test('stop, start, restart, kill and rm do what they say to the services named', async () => {
  folder = await folderWith(stack());
  await folder.muster('up', '-d');
  const stateOf = async (service: string) => (await containers(folder as Folder)).find((each) => each.Service === service)?.State;
  expect((await folder.muster('stop', 'web')).code).toBe(0);
  expect(await stateOf('web')).toBe('exited');
  expect(await stateOf('db')).toBe('running');
  expect((await folder.muster('start', 'web')).code).toBe(0);
  expect(await stateOf('web')).toBe('running');
  expect((await folder.muster('restart', '-t', '0', 'db')).code).toBe(0);
  expect(await stateOf('db')).toBe('running');
  expect((await folder.muster('kill', 'web')).code).toBe(0);
  expect(await stateOf('web')).toBe('exited');
  expect((await folder.muster('rm', '-f', 'web')).code).toBe(0);
  expect(await stateOf('web')).toBeUndefined();
});

test('a name with a space, Windows line ends and a byte order mark do no harm', async () => {
  folder = await folderWith('');
  const file = await folder.write(
    'my app/compose file.yaml',
    `\uFEFFservices:\r\n  web:\r\n    image: ${busyboxImage}\r\n    command: sleep 100\r\n    stop_signal: KILL\r\n`,
  );
  expect(await folder.muster('-f', file, 'up', '-d')).toMatchObject({ code: 0 });
  expect((await folder.muster('-f', file, 'ps', '-q')).stdout).toMatch(/^[0-9a-f]{12,64}\n$/);
});

type Container = { readonly ID: string; readonly Name: string; readonly Service: string; readonly State: string };

async function containers(from: Folder): Promise<Container[]> {
  const { stdout } = await from.muster('ps', '-a', '--format', 'json');
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Container)
    .map(({ ID, Name, Service, State }) => ({ ID, Name, Service, State }))
    .sort((a, b) => a.Name.localeCompare(b.Name));
}

async function namesOf(from: Folder, service: string): Promise<string[]> {
  return (await containers(from))
    .filter((each) => each.Service === service)
    .map((each) => each.Name.slice(from.project.length + 1));
}

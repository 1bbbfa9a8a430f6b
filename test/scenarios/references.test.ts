// References to another service's address, on a real engine: resolved when the container is made, and made anew when it changed.

import { afterEach, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';

let folder: Folder | undefined;
beforeAll(() => ensureBusyboxImage());
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});

const stack = (dbCommand = 'sleep 1000'): string => `
services:
  web:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    environment:
      DB: "\${db.ip}:\${service:db.port.5432}"
      ALL: "\${db.ips}"
  db:
    image: ${busyboxImage}
    command: ${dbCommand}
    stop_signal: KILL
    scale: 2
`;

test('a container is given the addresses that it refers to, and a second up changes nothing', async () => {
  folder = await folderWith(stack());
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  const [first, second] = [await addressOf(folder, 'db-1'), await addressOf(folder, 'db-2')];
  expect(await environmentOfWeb(folder)).toMatchObject({ DB: `${first}:5432`, ALL: `${first},${second}` });
  expect((await folder.muster('up', '-d')).stderr).toContain('Nothing to do: 3 up to date');
  const resolved = JSON.parse((await folder.muster('model', 'resolve', '--format', 'json', 'web')).stdout) as {
    references: object[];
  };
  expect(resolved.references).toContainEqual({ service: 'web', reference: '${db.ip}', value: first, why: '' });
  await folder.muster('stop', 'db');
  expect(await folder.muster('model', 'resolve')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('${db.ip}                  ? (no replica of db runs)') as string,
  });
  expect((await folder.muster('config')).stdout).toContain('DB: ${db.ip}:${service:db.port.5432}');
});

test('a changed address recreates who uses it, in the same up', async () => {
  const subnet = '10.213.77.0/24';
  folder = await folderWith(`${stack()}networks: { default: { ipam: { config: [{ subnet: ${subnet} }] } } }\n`);
  await folder.muster('up', '-d');
  const before = await addressOf(folder, 'db-1');
  await folder.muster('stop', 'db');
  const squatter = `${folder.project}-squatter`;
  const network = `${folder.project}_default`;
  await folder.run(
    'docker',
    'run',
    '-d',
    '--name',
    squatter,
    '--network',
    network,
    '--ip',
    before,
    busyboxImage,
    'sleep',
    '1000',
  );
  try {
    expect((await folder.muster('plan')).stdout).toContain('web is replaced if the address of db changes');
    expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
    const after = await addressOf(folder, 'db-1');
    expect(after).not.toBe(before);
    expect(await environmentOfWeb(folder)).toMatchObject({ DB: `${after}:5432` });
    expect((await folder.muster('plan')).stdout).toContain('3 unchanged');
  } finally {
    await folder.run('docker', 'rm', '-f', squatter);
  }
});

test('a reference to a service that has ended says so, and nothing is made', async () => {
  const jobFirst = 'depends_on: { db: { condition: service_completed_successfully } }';
  folder = await folderWith(stack('"true"').replace('stop_signal: KILL', jobFirst));
  const up = await folder.muster('up', '-d');
  expect(up.code).toBe(1);
  expect(up.stderr).toContain('service web: ${db.ip}: no replica of db runs');
  expect(up.stderr).toContain('REFERENCE_UNRESOLVED');
  expect((await folder.run('docker', 'inspect', `${folder.project}-web-1`)).code).not.toBe(0);
});

async function addressOf(folder: Folder, replica: string): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return (await folder.run('docker', 'inspect', '-f', format, `${folder.project}-${replica}`)).stdout.trim();
}

async function environmentOfWeb(folder: Folder): Promise<Record<string, string>> {
  const { stdout } = await folder.muster('exec', '-T', 'web', 'env');
  return Object.fromEntries(
    stdout.split('\n').map((line): [string, string] => [line.split('=')[0] ?? '', line.replace(/^[^=]*=/, '')]),
  );
}

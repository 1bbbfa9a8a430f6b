// Docker Compose and muster take over each other's projects.

import { afterEach, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';

let folder: Folder | undefined;
let peer: string;
beforeAll(async () => {
  await ensureBusyboxImage();
  peer = await peerCompose();
});
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});

const stack = `
services:
  db:
    image: ${busyboxImage}
    command: sh -c 'echo from db; exec sleep 1000'
    stop_signal: KILL
    volumes: [data:/data, ./conf:/conf:ro]
    networks: [back]
    environment: { MODE: "on", EMPTY: }
  web:
    image: ${busyboxImage}
    command: [sleep, "1000"]
    stop_signal: KILL
    deploy: { replicas: 2 }
    depends_on: [db]
    networks: { front: , back: { aliases: [www] } }
    labels: { a.b: "c < d & e" }
    ulimits: { nofile: 1000 }
networks: { front: , back: { internal: true } }
volumes: { data: }
`;

const idsOf = async (from: Folder) =>
  (await from.run('docker', 'ps', '-aq', '--no-trunc', '--filter', `label=com.docker.compose.project=${from.project}`)).stdout
    .split('\n')
    .filter(Boolean)
    .sort();

async function make(): Promise<Folder> {
  const made = await folderWith(stack);
  await made.write('conf/x', 'x');
  return made;
}

test('what Docker Compose started, muster sees, reads, leaves alone on up, and takes down', async () => {
  folder = await make();
  expect((await folder.run(peer, 'up', '-d')).code).toBe(0);
  const before = await idsOf(folder);
  expect(before).toHaveLength(3);
  expect((await folder.muster('ps', '-q', '--no-trunc')).stdout.split('\n').filter(Boolean).sort()).toEqual(before);
  expect((await folder.muster('logs', '--no-color', 'db')).stdout).toContain('from db');
  expect((await folder.muster('exec', '-T', 'db', 'cat', '/conf/x')).stdout).toBe('x');
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect(await idsOf(folder)).toEqual(before);
  expect((await folder.muster('down', '-v')).code).toBe(0);
  expect((await folder.run(peer, 'ps', '-aq')).stdout).toBe('');
});

test('what muster started, Docker Compose sees, reads, leaves alone on up, and takes down', async () => {
  folder = await make();
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  const before = await idsOf(folder);
  expect(before).toHaveLength(3);
  expect((await folder.run(peer, 'ps', '-q', '--no-trunc')).stdout.split('\n').filter(Boolean).sort()).toEqual(before);
  expect((await folder.run(peer, 'logs', '--no-color', 'db')).stdout).toContain('from db');
  expect((await folder.run(peer, 'exec', '-T', 'db', 'cat', '/conf/x')).stdout).toBe('x');
  const up = await folder.run(peer, 'up', '-d');
  expect(up.code).toBe(0);
  expect(await idsOf(folder)).toEqual(before);
  expect(up.stderr).not.toMatch(/Recreate|orphan|not created by/i);
  expect((await folder.run(peer, 'down', '-v')).code).toBe(0);
  expect((await folder.muster('ps', '-aq')).stdout).toBe('');
  expect((await folder.run('docker', 'network', 'ls', '-q', '--filter', `name=${folder.project}`)).stdout).toBe('');
});

test('ps --format json has the same members and values as Docker Compose prints', async () => {
  folder = await make();
  await folder.muster('up', '-d');
  const parse = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .sort((a, b) => String(a['Name']).localeCompare(String(b['Name'])));
  const ours = parse((await folder.muster('ps', '-a', '--format', 'json')).stdout);
  const theirs = parse((await folder.run(peer, 'ps', '-a', '--format', 'json')).stdout);
  const stable = (rows: Record<string, unknown>[]) =>
    rows.map(({ RunningFor: _since, Status: _status, Labels, Mounts, Networks, ...rest }) => ({
      ...rest,
      Labels: String(Labels).split(',').sort(),
      Mounts: String(Mounts).split(',').sort(),
      Networks: String(Networks).split(',').sort(),
    }));
  expect(stable(ours)).toEqual(stable(theirs));
});

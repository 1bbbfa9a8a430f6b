// Docker Compose and muster take over each other's projects.

import { createHash } from 'node:crypto';
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

const everything = `
services:
  built:
    build: { context: app, args: { KIND: blue } }
    environment: { GREETING: hello }
    volumes: [data:/shared]
    secrets: [file-secret, { source: env-secret, mode: 0400 }]
    configs: [file-config, { source: inline-config, target: /etc/inline }]
    healthcheck: { test: [CMD, "true"], interval: 1s }
    networks: [front, back]
  scaled:
    image: ${busyboxImage}
    command: [sleep, "1000"]
    scale: 3
    stop_signal: KILL
    depends_on: { built: { condition: service_healthy } }
    volumes:
      - data:/data
      - ./conf:/conf:ro
      - { type: bind, source: ./conf, target: /long, bind: { create_host_path: false } }
      - { type: tmpfs, target: /scratch, tmpfs: { size: 1m } }
      - /anonymous
    networks: { back: { aliases: [workers] } }
  joined:
    image: ${busyboxImage}
    command: [sleep, "1000"]
    stop_signal: KILL
    network_mode: service:built
    volumes_from: [built:ro]
  off:
    image: ${busyboxImage}
    profiles: [never]
networks:
  front:
  back: { internal: true, ipam: { config: [{ subnet: 10.213.29.0/24 }] }, labels: { a: b } }
volumes: { data: { labels: { kept: "yes" } } }
secrets:
  file-secret: { file: ./secret.txt }
  env-secret: { environment: SECRET }
configs:
  file-config: { file: ./config.txt }
  inline-config: { content: "inline $$1" }
`;

async function makeEverything(): Promise<Folder> {
  // Without BuildKit's client Docker Compose falls back to the engine's own builder only when it is told to.
  const made = await folderWith(everything, { env: { SECRET: 'from the environment', DOCKER_BUILDKIT: '0' } });
  await made.write('app/Dockerfile', `FROM ${busyboxImage}\nARG KIND\nENV KIND=$KIND\nCMD ["sleep", "1000"]\nSTOPSIGNAL KILL\n`);
  await made.write('conf/x', 'x');
  await made.write('secret.txt', 'secret');
  await made.write('config.txt', 'config');
  return made;
}

/** Ids and start times of everything that the project has: equal, nothing was made, replaced or restarted. */
async function stateOf(from: Folder): Promise<string> {
  const filter = ['--filter', `label=com.docker.compose.project=${from.project}`];
  const format = '{{.Id}} {{.State.StartedAt}} {{.Image}}';
  const containers = (await from.run('docker', 'inspect', '--format', format, ...(await idsOf(from)))).stdout;
  const networks = (await from.run('docker', 'network', 'ls', '-q', '--no-trunc', ...filter)).stdout;
  const volumes = (await from.run('docker', 'volume', 'ls', '--format', '{{.Name}} {{.Mountpoint}}', ...filter)).stdout;
  return [containers, networks, volumes].map((text) => text.trim().split('\n').sort().join('\n')).join('\n\n');
}

test.each([
  ['muster', 'Docker Compose'],
  ['Docker Compose', 'muster'],
])('builds, volumes, networks, secrets, configs, scale: what %s started, %s leaves alone on up', async (first) => {
  folder = await makeEverything();
  const [muster, compose] = [folder.muster, (...args: string[]) => (folder as Folder).run(peer, ...args)];
  const [starter, other] = first === 'muster' ? [muster, compose] : [compose, muster];
  const started = await starter('up', '-d');
  expect(started.code, started.stderr).toBe(0);
  const before = await stateOf(folder);
  expect(before.split('\n\n').map((part) => part.split('\n').length)).toEqual([5, 2, 1]);
  const taken = await other('up', '-d');
  expect(taken.code, taken.stderr).toBe(0);
  expect(await stateOf(folder)).toBe(before);
  await folder.run('docker', 'rmi', '-f', `${folder.project}-built`);
});

test('what Docker Compose v5 started, muster leaves alone on up, and replaces once the file says something else', async () => {
  const compose = (more: string): string =>
    `services: { web: { image: "${busyboxImage}", command: [sleep, "1000"], stop_signal: KILL, volumes: ["./conf:/conf"]${more} } }`;
  folder = await folderWith(compose(''));
  await folder.write('conf/x', 'x');
  const hashWith = (bind: string): string =>
    createHash('sha256')
      .update(
        `{"command":["sleep","1000"],"entrypoint":null,"image":"${busyboxImage}","networks":{"default":null},"stop_signal":"KILL",` +
          `"volumes":[{"type":"bind","source":"${folder?.path}/conf","target":"/conf","bind":${bind}}]}`,
      )
      .digest('hex');
  // The text that is hashed is right: with 2.40's word for a bind mount it yields what 2.40 says.
  expect((await folder.run(peer, 'config', '--hash', 'web')).stdout.trim()).toBe(`web ${hashWith('{"create_host_path":true}')}`);
  await startLikeComposeV5(folder, hashWith('{}'));
  const before = await stateOf(folder);
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect(await stateOf(folder)).toBe(before);
  await folder.write('compose.yaml', compose(', environment: { NEW: "1" }'));
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect((await folder.muster('exec', '-T', 'web', 'sh', '-c', 'echo $NEW')).stdout).toBe('1\n');
});

/** The container, network and labels that v5 leaves; the network's are 2.40's own, which v5 hashes alike. */
async function startLikeComposeV5(at: Folder, configHash: string): Promise<void> {
  expect((await at.run(peer, 'create')).code).toBe(0);
  expect((await at.run(peer, 'rm', '-f')).code).toBe(0);
  const image = (await at.run('docker', 'image', 'inspect', '--format', '{{.Id}}', busyboxImage)).stdout.trim();
  const labels = {
    project: at.project,
    service: 'web',
    'container-number': '1',
    oneoff: 'False',
    'config-hash': configHash,
    image,
    depends_on: '',
    'project.working_dir': at.path,
    'project.config_files': `${at.path}/compose.yaml`,
    version: '5.0.1',
  };
  const name = `${at.project}-web-1`;
  const network = ['--network', `${at.project}_default`, '--network-alias', 'web'];
  const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `com.docker.compose.${key}=${value}`]);
  const made = await at.run(
    'docker',
    'run',
    '-d',
    '--name',
    name,
    ...network,
    ...flags,
    '-v',
    `${at.path}/conf:/conf`,
    '--stop-signal',
    'KILL',
    busyboxImage,
    'sleep',
    '1000',
  );
  expect(made.code, made.stderr).toBe(0);
}

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

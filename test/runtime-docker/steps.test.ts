// What only the Docker runtime does: volumes that move along, engines that take one network at a time, files for engines far away.

import { createServer } from 'node:net';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ContainerInspect } from '#engine/api/container.ts';
import { connectEngine } from '#engine/connect.ts';
import type { Engine } from '#engine/engine.ts';
import type { Project, Service } from '#model/project.ts';
import { makeDocker } from '../contracts/make-docker.ts';
import { Bench, type Files, collect, textOf } from '../contracts/runtime-bench.ts';
import { busyboxImage } from '../support/images.ts';

const run = promisify(execFile);
const engine = connectEngine({ kind: 'unix', path: '/var/run/docker.sock' });
const sleeping = 'exec sleep 1000';
let made: Awaited<ReturnType<typeof makeDocker>>;
let used: Bench[] = [];

beforeAll(async () => {
  made = await makeDocker();
});
afterEach(async () => {
  for (const bench of used) bench.abort();
  await made.removeProjects(used.map((bench) => bench.name));
  used = [];
});
afterAll(async () => {
  await made.runtime.close();
  engine.close();
  await made.close();
});

function bench(services: Readonly<Record<string, Service>>, files?: Files, on = made): Bench {
  const next = new Bench(on, services, files);
  used.push(next);
  return next;
}

/** The same engine, said to be elsewhere. */
const farAway = (local: Engine): Engine => ({
  endpoint: local.endpoint,
  isLocal: false,
  version: () => local.version(),
  supports: (minimum) => local.supports(minimum),
  json: (request) => local.json(request),
  stream: (request) => local.stream(request),
  lines: (request) => local.lines(request),
  hijack: (request) => local.hijack(request),
  close: () => local.close(),
});

const inspect = (id: string): Promise<ContainerInspect> => engine.json<ContainerInspect>({ path: `/containers/${id}/json` });

async function inside(project: Bench, service: string, script: string): Promise<string> {
  const options = { tty: false, interactive: false, detach: false, user: '', workingDir: '', privileged: false, environment: [] };
  const signal = AbortSignal.timeout(60_000);
  const session = await project.made.runtime.exec(await project.find(service), {
    ...options,
    command: ['sh', '-c', script],
    signal,
  });
  const [out] = await Promise.all([textOf(session.stdout), textOf(session.stderr)]);
  return out.trim();
}

test('data in an anonymous volume moves to the replacement, unless new volumes are asked for', async () => {
  const volumes = [{ type: 'volume', target: '/keep' }];
  const project = bench({
    web: made.service('test -f /keep/it || echo data > /keep/it; exec sleep 1000', { volumes, stop_grace_period: '0s' }),
  });
  const old = await project.up('web');
  const edited = project.context(project.edited({ web: made.service('exec sleep 2000', { volumes, stop_grace_period: '0s' }) }));
  const replaces = { id: old.id, name: old.name };
  const { replicaId = '' } = await project.perform('create-replica', project.replica('web'), { replaces }, edited);
  await project.perform('stop-replica', project.replica('web', 1, old.id), {}, edited);
  await project.perform('remove-replica', project.replica('web', 1, old.id), {}, edited);
  await project.perform('rename-replica', project.replica('web', 1, replicaId), {}, edited);
  await project.perform('start-replica', project.replica('web', 1, replicaId), {}, edited);
  expect(await inside(project, 'web', 'cat /keep/it')).toBe('data');

  const now = await project.find('web');
  const options = { replaces: { id: now.id, name: now.name }, renewAnonymousVolumes: true };
  const next = await project.perform('create-replica', project.replica('web'), options);
  expect((await inspect(next.replicaId ?? '')).Mounts?.[0]?.Name).not.toBe((await inspect(now.id)).Mounts?.[0]?.Name);
});

test('further networks are joined before the start, also when the run that created the container was cut off', async () => {
  const networks = { default: null, back: { aliases: ['behind'] } };
  const project = bench({ web: made.service(sleeping, { networks }) });
  const both: Project = { ...project.project, networks: { ...project.project.networks, back: { name: `${project.name}_back` } } };
  const context = project.context(both);
  await project.makeNetworks();
  await project.perform('create-network', { type: 'network', key: 'back', name: `${project.name}_back` }, {}, context);
  const { replicaId = '' } = await project.perform('create-replica', project.replica('web'), {}, context);
  expect((await project.find('web')).networks.toSorted()).toEqual([`${project.name}_back`, `${project.name}_default`]);

  await engine.json({ path: `/networks/${project.name}_default/disconnect`, method: 'POST', body: { Container: replicaId } });
  const other = made.another();
  await other.perform(
    {
      id: 1,
      kind: 'start-replica',
      subject: project.replica('web', 1, replicaId),
      runtime: 'docker',
      cause: '',
      changes: [],
      after: [],
      options: {},
    },
    context,
  );
  await other.close();
  expect((await project.find('web')).networks.toSorted()).toEqual([`${project.name}_back`, `${project.name}_default`]);
});

test('a container leaves and joins a network, each twice', async () => {
  const project = bench({ web: made.service(sleeping, { networks: { default: { aliases: ['front'] } } }) });
  const { id } = await project.up('web');
  const network = { key: 'default', name: `${project.name}_default` };
  const subject = project.replica('web', 1, id);
  for (const _ of [1, 2]) await project.perform('disconnect-network', subject, { network });
  expect((await project.find('web')).networks).toEqual([]);
  for (const _ of [1, 2]) await project.perform('connect-network', subject, { network });
  expect((await inspect(id)).NetworkSettings.Networks?.[network.name]?.Aliases).toEqual(expect.arrayContaining(['web', 'front']));
});

test('what others still use stays, with a warning', async () => {
  const volumes = [{ type: 'volume', source: 'data', target: '/data' }];
  const project = bench({ web: made.service(sleeping, { volumes }) });
  const name = `${project.name}_data`;
  const context = project.context({ ...project.project, volumes: { data: { name } } });
  await project.makeNetworks();
  const volume = { type: 'volume', key: 'data', name } as const;
  await project.perform('create-volume', volume, {}, context);
  expect(await project.perform('create-volume', volume, {}, context)).toEqual({});
  const { replicaId = null } = await project.perform('create-replica', project.replica('web'), {}, context);
  await project.perform('start-replica', project.replica('web', 1, replicaId), {}, context);
  const network = { type: 'network', key: 'default', name: `${project.name}_default` } as const;
  expect((await project.perform('remove-volume', volume, {}, context)).warning).toMatch(/in use/);
  expect((await project.perform('remove-network', network, {}, context)).warning).toMatch(/in use/);
  await project.perform('remove-replica', project.replica('web', 1, replicaId), { force: true }, context);
  for (const _ of [1, 2]) {
    expect(await project.perform('remove-volume', volume, {}, context)).toEqual({});
    expect(await project.perform('remove-network', network, {}, context)).toEqual({});
  }
});

test('a held port is seen before the start, with its holder, and named when the start fails', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const project = bench({
      web: made.service(sleeping, { ports: [{ target: 80, published: String(port), host_ip: '127.0.0.1' }] }),
    });
    const { heldPorts } = await made.runtime.observe({ project: project.name, wanted: project.project });
    expect(heldPorts).toMatchObject([{ hostIp: '127.0.0.1', port, protocol: 'tcp', replicaId: null }]);
    expect(heldPorts[0]?.holder).toMatch(new RegExp(`process \\S+ \\(pid ${process.pid}\\)`));
    await expect(project.up('web')).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(`port ${port}/tcp is taken by process`),
    });
  } finally {
    server.close();
  }
});

test('a port that another container publishes is held by it; by one of the project’s own it is no conflict', async () => {
  const ports = [{ target: 80, published: '18931' }];
  const [first, second] = [bench({ web: made.service(sleeping, { ports }) }), bench({ web: made.service(sleeping, { ports }) })];
  const { id, name } = await first.up('web');
  const held = async (project: Bench) =>
    (await made.runtime.observe({ project: project.name, wanted: project.project })).heldPorts;
  // On IPv4 and IPv6.
  const expected = { port: 18931, holder: `container "${name}"`, replicaId: null };
  expect(await held(second)).toMatchObject([expected, expected]);
  expect((await held(first)).every((each) => each.replicaId === id)).toBe(true);
  await expect(second.up('web')).rejects.toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining(name) });
});

test('an image that is not there is an error before a container is made', async () => {
  const project = bench({ web: { ...made.service(sleeping), image: 'muster-test/no-such-image:1' } });
  await project.makeNetworks();
  await expect(project.perform('create-replica', project.replica('web'))).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
  const { images } = await made.runtime.observe({ project: project.name, wanted: project.project });
  expect(images).toEqual({ docker: { 'muster-test/no-such-image:1': null } });
});

test('hooks run inside the container after its start and before its stop; one that fails is told', async () => {
  const project = bench({
    web: made.service(sleeping, {
      stop_grace_period: '0s',
      post_start: [{ command: ['sh', '-c', 'echo "started as $WHO" > /proc/1/fd/1'], environment: { WHO: 'hook' } }],
      pre_stop: [{ command: ['sh', '-c', 'echo stopping > /proc/1/fd/1; sleep 0.3; exit 2'] }],
    }),
  });
  const replica = await project.up('web');
  const { warning } = await project.perform('stop-replica', project.replica('web', 1, replica.id));
  expect(warning).toMatch(/pre_stop hook of web ended with 2/);
  const options = { follow: false, timestamps: false, since: '', until: '', tail: null, signal: AbortSignal.timeout(60_000) };
  const lines = (await collect(made.runtime.logs(replica, options))).map((record) => record.text);
  expect(lines).toEqual(['started as hook', 'stopping']);
  expect((await project.find('web')).state).toBe('exited');
});

test('for an engine far away, secrets are put into the created container with their rights', async () => {
  const remote = await makeDocker(farAway);
  try {
    const files = { secrets: { key: { content: 'hush' } }, contents: { 'secret:key': 'hush' } } as const;
    const secrets = [{ source: 'key', mode: '0400', uid: '65534', gid: '65534' }];
    const project = bench({ web: remote.service(sleeping, { secrets }) }, files, remote);
    const { id } = await project.up('web');
    expect(await inside(project, 'web', 'stat -c "%a %u %g" /run/secrets/key; cat /run/secrets/key')).toBe(
      '400 65534 65534\nhush',
    );
    expect((await inspect(id)).Mounts).toEqual([]);
  } finally {
    await remote.runtime.close();
    await remote.close();
  }
});

test('a container of Docker Compose that is not what is wanted says what it was, without its values', async () => {
  const project = bench({ web: made.service('exec sleep 5') });
  const words =
    `create --label com.docker.compose.project=${project.name} --label com.docker.compose.service=web ` +
    '--label com.docker.compose.container-number=1 --label com.docker.compose.oneoff=False --label com.docker.compose.config-hash=other ' +
    `--label mine=1 -e PASSWORD=hush --restart always --name ${project.name}-web-1 ${busyboxImage} sleep 7`;
  await run('docker', words.split(' '));
  const { replicas } = await made.runtime.observe({ project: project.name, wanted: project.project });
  expect(replicas[0]?.config).toMatchObject({
    image: busyboxImage,
    command: ['sleep', '7'],
    restart: 'always',
    labels: { mine: '1' },
  });
  expect(JSON.stringify(replicas[0]?.config)).not.toContain('hush');
  expect(Object.keys(replicas[0]?.config?.environment ?? {})).toEqual(['PASSWORD']);
});

test('a hundred replicas are observed in a fraction of a second', async () => {
  const project = bench({ web: made.service(sleeping, { scale: 100, networks: undefined, network_mode: 'none' }) });
  for (let number = 1; number <= 100; number += 10)
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => project.perform('create-replica', project.replica('web', number + index))),
    );
  // What others do on this machine only adds to it.
  const times: number[] = [];
  for (let look = 0; look < 10; look++) {
    const began = performance.now();
    expect(await project.observed()).toHaveLength(100);
    times.push(performance.now() - began);
  }
  expect(Math.min(...times)).toBeLessThan(500);
});

import { expect, test } from 'vitest';
import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import { planDown } from './down.ts';
import { planImages } from './images.ts';
import { renderPlan } from './render.ts';
import { planUp } from './up.ts';

const everything = { images: true, networks: true, volumes: true, concurrency: 6 };
const runtimes: TraitsByRuntime = {
  docker: everything,
  process: { images: false, networks: false, volumes: false, concurrency: 16 },
};

function projectOf(services: Readonly<Record<string, Partial<Service>>>): Project {
  const complete = Object.entries(services).map(([name, service]): [string, Service] => [
    name,
    { command: ['serve'], entrypoint: null, networks: { default: null }, ...service },
  ]);
  return {
    name: 'shop',
    workingDir: '/shop',
    composeFiles: [],
    envFiles: [],
    environment: {},
    profiles: [],
    services: Object.fromEntries(complete),
    disabledServices: {},
    networks: { default: { name: 'shop_default' } },
    volumes: { data: { name: 'shop_data' } },
    secrets: {},
    configs: {},
    models: {},
    extensions: {},
    configHashes: Object.fromEntries(complete.map(([name]) => [name, `hash-${name}`])),
    networkHashes: {},
    volumeHashes: {},
    warnings: [],
  };
}

const nothing: Observed = { project: 'shop', replicas: [], networks: [], volumes: [], images: {}, heldPorts: [] };

function running(service: string, runtime: string): ObservedReplica {
  return {
    id: service.padEnd(64, '0'),
    name: `shop-${service}-1`,
    runtime,
    service,
    number: 1,
    oneOff: false,
    state: 'running',
    health: 'none',
    exitCode: null,
    createdAt: 0,
    image: '',
    imageId: '',
    configHash: `hash-${service}`,
    musterHash: '',
    config: null,
    networks: [],
    volumes: [],
    ports: [],
    replaces: null,
    status: 'Up',
    command: 'serve',
    labels: {},
  };
}

const native = { 'x-muster': { runtime: 'process' } };

test('a service whose runtime has no networks and volumes makes none, and is up to date without them', () => {
  const project = projectOf({ api: { ...native, volumes: [{ type: 'volume', source: 'data', target: '/data' }] } });
  const first = planUp({ project, observed: nothing, musterHashes: {}, runtimes });
  expect(first.steps.map((step) => `${step.kind} on ${step.runtime}`)).toEqual([
    'create-replica on process',
    'start-replica on process',
  ]);
  const again = { ...nothing, replicas: [running('api', 'process')] };
  expect(planUp({ project, observed: again, musterHashes: {}, runtimes }).steps).toEqual([]);
});

test('a service whose runtime has no images needs neither image nor build', () => {
  const input = { observed: nothing, musterHashes: {}, runtimes, options: { now: 0 } };
  const mixed = projectOf({ api: native, web: { image: 'web:1' } });
  expect(planImages({ ...input, project: mixed }).steps.map((step) => step.subject)).toEqual([
    { type: 'image', service: 'web', reference: 'web:1' },
  ]);
  expect(() => planImages({ ...input, project: projectOf({ api: {} }) })).toThrow('neither an image nor a build');
});

test('a runtime that nobody looked at is an error before anything is planned', () => {
  const project = projectOf({ api: { 'x-muster': { runtime: 'lambda' } } });
  expect(() => planUp({ project, observed: nothing, musterHashes: {}, runtimes })).toThrow('service api is to run on lambda');
});

test('a service that is to run elsewhere moves: the new replica there, the old one gone here', () => {
  const observed = { ...nothing, replicas: [running('api', 'docker')] };
  const input = { project: projectOf({ api: { image: 'api:1' } }), observed, musterHashes: {}, runtimes };
  const plan = planUp({ ...input, placement: { fallback: { kind: 'process', host: 'local' }, prefersProcess: false } });
  expect(renderPlan(plan)).toContain('it moves from docker to process');
  expect(plan.steps.map((step) => `${step.kind} on ${step.runtime}`)).toEqual([
    'create-replica on process',
    'stop-replica on docker',
    'remove-replica on docker',
    'rename-replica on process',
    'start-replica on process',
  ]);
});

test('a replica that is not to be replaced is started where it is', () => {
  const stopped: ObservedReplica = { ...running('api', 'process'), state: 'exited', exitCode: 1 };
  const input = {
    project: projectOf({ api: { image: 'api:1' } }),
    musterHashes: {},
    runtimes,
    options: { recreate: 'never' },
  } as const;
  const plan = planUp({ ...input, observed: { ...nothing, replicas: [stopped] } });
  expect(plan.steps.map((step) => `${step.kind} on ${step.runtime}`)).toContain('start-replica on process');
});

test('a port that another runtime sees held by a replica of the project is no conflict', () => {
  const port = { target: 8080, published: '8080', protocol: 'tcp' };
  const replica = {
    ...running('api', 'process'),
    ports: [{ hostIp: '0.0.0.0', hostPort: 8080, target: 8080, protocol: 'tcp' }],
  };
  const held = { hostIp: '0.0.0.0', port: 8080, protocol: 'tcp', holder: 'process serve (pid 812)', replicaId: null };
  const input = { project: projectOf({ api: { ...native, ports: [port] } }), musterHashes: {}, runtimes };
  expect(planUp({ ...input, observed: { ...nothing, replicas: [replica], heldPorts: [held] } }).steps).toEqual([]);
  const stranger = { ...nothing, replicas: [{ ...replica, state: 'exited' as const }], heldPorts: [held] };
  expect(() => planUp({ ...input, observed: stranger })).toThrow('held by process serve (pid 812)');
});

test('what a runtime refuses is an error before anything changes, and only for services that are wanted', () => {
  const project = projectOf({ api: native, web: { image: 'web:1' } });
  const refusals = [{ service: 'api', key: 'privileged', why: 'means nothing to a process', hint: 'remove it' }];
  const input = { project, observed: { ...nothing, refusals }, musterHashes: {}, runtimes };
  expect(() => planUp(input)).toThrow('service api: privileged means nothing to a process');
  expect(planUp({ ...input, options: { services: ['web'] } }).steps).not.toEqual([]);
});

const far = { 'x-muster': { host: 'ssh://far' } };
const twoEngines: TraitsByRuntime = {
  docker: everything,
  'docker@ssh://far': { ...everything, place: { host: 'ssh://far', address: 'far' } },
};
const stepsOf = (project: Project, observed: Observed = nothing): string[] =>
  planUp({ project, observed, musterHashes: {}, runtimes: twoEngines }).steps.map(
    ({ kind, runtime, subject, after }) =>
      `${kind} ${'name' in subject ? subject.name : ''} on ${runtime}${after.length === 0 ? '' : ` after ${after.join(', ')}`}`,
  );

test('each engine has the networks and volumes of those that it carries, and nobody waits for another engine’s', () => {
  const mount = { volumes: [{ type: 'volume', source: 'data', target: '/data' }] } as const;
  expect(stepsOf(projectOf({ api: { image: 'a', ...mount }, db: { image: 'b', ...far, ...mount } }))).toEqual([
    'create-network shop_default on docker',
    'create-network shop_default on docker@ssh://far',
    'create-volume shop_data on docker',
    'create-volume shop_data on docker@ssh://far',
    'create-replica shop-api-1 on docker after 1, 3',
    'start-replica shop-api-1 on docker after 5',
    'create-replica shop-db-1 on docker@ssh://far after 2, 4',
    'start-replica shop-db-1 on docker@ssh://far after 7',
  ]);
});

test('a network of one engine is kept or removed for its own users only', () => {
  const network = { runtime: 'docker', id: 'n', name: 'shop_default', key: 'default', configHash: '', ours: true };
  const db = { ...running('db', 'docker@ssh://far'), networks: ['shop_default'] };
  const project = projectOf({ api: { image: 'a' } });
  const observed = { ...nothing, replicas: [db], networks: [network] };
  const { steps } = planDown({ project, observed, musterHashes: {}, runtimes: twoEngines });
  expect(steps.map(({ kind, runtime, after }) => ({ kind, runtime, after }))).toEqual([
    { kind: 'remove-network', runtime: 'docker', after: [] },
  ]);
});

test('one host port can be published on two hosts, but not by two runtimes of one host', () => {
  const ports = [{ target: 80, published: '8080', protocol: 'tcp' }];
  expect(() => stepsOf(projectOf({ a: { image: 'a', ports }, b: { image: 'b', ports } }))).toThrow('both publish host port 8080');
  expect(stepsOf(projectOf({ a: { image: 'a', ports }, b: { image: 'b', ports, ...far } }))).toHaveLength(6);
  const held = { hostIp: '', port: 8080, protocol: 'tcp', holder: 'process nginx (pid 1)', replicaId: null };
  const project = projectOf({ b: { image: 'b', ports, ...far } });
  expect(stepsOf(project, { ...nothing, heldPorts: [held] })).toHaveLength(3);
  expect(() => stepsOf(project, { ...nothing, heldPorts: [{ ...held, host: 'ssh://far' }] })).toThrow('held by process nginx');
});

test('an image is looked for where the service runs, and a base image is built where it is built from', () => {
  const image = { id: 'sha256:1', repoDigests: [] };
  const project = projectOf({
    base: { build: { context: '.' } },
    near: { image: 'web:1' },
    there: { image: 'web:1', ...far },
    built: { build: { context: '.', additional_contexts: { base: 'service:base' } }, ...far },
  });
  const observed = { ...nothing, images: { docker: { 'web:1': image, 'shop-base': image } } };
  const { steps } = planImages({ project, observed, musterHashes: {}, runtimes: twoEngines, options: { now: 0 } });
  expect(
    steps.map(({ kind, runtime, subject }) => `${kind} ${'reference' in subject ? subject.reference : ''} on ${runtime}`),
  ).toEqual([
    'build-image shop-base on docker@ssh://far',
    'build-image shop-built on docker@ssh://far',
    'pull-image web:1 on docker@ssh://far',
  ]);
});

test('a namespace can’t be joined from another runtime, whoever decided on the runtime', () => {
  const project = projectOf({ db: { image: 'b' }, web: { image: 'a', network_mode: 'service:db', 'x-muster': { process: {} } } });
  const input = { project, observed: nothing, musterHashes: {}, runtimes };
  expect(planUp(input).steps).not.toEqual([]);
  const placement = { fallback: { kind: 'docker', host: 'local' }, prefersProcess: true };
  expect(() => planUp({ ...input, placement })).toThrow('service web joins db, which runs on docker, while web runs on process');
});

test('a plan tells by its digest where it would have run what does not say', () => {
  const input = { project: projectOf({ api: { image: 'a' } }), observed: nothing, musterHashes: {}, runtimes: twoEngines };
  const elsewhere = { fallback: { kind: 'docker', host: 'ssh://far' }, prefersProcess: false };
  expect(planUp(input).basis.model).not.toBe(planUp({ ...input, placement: elsewhere }).basis.model);
});

test('the ports that a service has natively count where it runs natively, and nowhere else', () => {
  const native = {
    ports: [{ target: 80, published: '8080' }],
    'x-muster': { process: { ports: [{ target: 80, published: '9000' }] } },
  };
  const held = { hostIp: '', port: 9000, protocol: 'tcp', holder: 'process nginx (pid 812)', replicaId: null };
  const planOn = (runtime: string): unknown => {
    const project = projectOf({ web: { image: 'web', ...native, 'x-muster': { ...native['x-muster'], runtime } } });
    const images = { docker: { web: { id: 'sha256:web', repoDigests: [] } } };
    return planUp({ project, observed: { ...nothing, images, heldPorts: [held] }, musterHashes: {}, runtimes });
  };
  expect(() => planOn('process')).toThrow('port 9000');
  expect(() => planOn('docker')).not.toThrow();
});

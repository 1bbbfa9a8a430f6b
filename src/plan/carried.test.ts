import { expect, test } from 'vitest';
import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
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
  expect(() => planUp({ project, observed: nothing, musterHashes: {}, runtimes })).toThrow('service api is to run on "lambda"');
});

test('a service that is to run elsewhere moves: the new replica there, the old one gone here', () => {
  const observed = { ...nothing, replicas: [running('api', 'docker')] };
  const input = { project: projectOf({ api: { image: 'api:1' } }), observed, musterHashes: {}, runtimes };
  const plan = planUp({ ...input, defaultRuntime: 'process' });
  expect(renderPlan(plan)).toContain('it moves from docker to process');
  expect(plan.steps.map((step) => `${step.kind} on ${step.runtime}`)).toEqual([
    'create-replica on process',
    'stop-replica on docker',
    'remove-replica on docker',
    'rename-replica on process',
    'start-replica on process',
  ]);
});

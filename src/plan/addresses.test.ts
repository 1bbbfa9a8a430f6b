import { expect, test } from 'vitest';
import type { ObservedReplica } from '#model/observed.ts';
import type { Service } from '#model/project.ts';
import { markReference, referencesIn } from '#model/reference.ts';
import { addressOf, type Found } from './addresses.ts';
import { musterHashWith } from './muster-hashes.ts';
import { planAddresses, planUp } from './up.ts';
import { observed, project, replica, running, twoHosts as runtimes } from './sample.test-support.ts';

const on = (runtime: string): Partial<Service> => ({ 'x-muster': { runtime } });
const container: Partial<ObservedReplica> = { addresses: [{ network: 'shop_default', ip: '172.18.0.2', gateway: '172.18.0.1' }] };
const published = [{ hostIp: '', hostPort: 15432, target: 5432, protocol: 'tcp' }];

/** What `text` means to web, which is on `viewer`, of a db on `target`. */
function seen(text: string, viewer: string, target: string, db: Partial<ObservedReplica> = {}): Found {
  const wanted = project({ web: on(viewer), db: on(target) });
  const [reference] = referencesIn(markReference(text));
  if (reference === undefined) throw new Error(`${text} is no reference`);
  const there = observed({
    replicas: [replica(wanted, 'db', 1, { runtime: target, ...db })],
    networks: running(wanted).networks.map((network) => ({ ...network, gateway: '172.18.0.1' })),
  });
  return addressOf(reference, 'web', { project: wanted, observed: there, runtimes });
}

test('a container finds another at its address in a network of both', () => {
  expect(seen('${db.ip}', 'docker', 'docker', container)).toEqual({ value: '172.18.0.2' });
  expect(seen('${db.port.5432}', 'docker', 'docker', { ...container, ports: published })).toEqual({ value: '5432' });
  const elsewhere = { addresses: [{ network: 'other', ip: '10.0.0.2', gateway: '' }] };
  expect(seen('${db.ip}', 'docker', 'docker', elsewhere)).toEqual({ why: 'it shares no network with db' });
});

test('a native process reaches a container on its machine directly', () => {
  expect(seen('${service:db.ip}', 'process', 'docker', container)).toEqual({ value: '172.18.0.2' });
  expect(seen('${db.port.5432}', 'process', 'docker', { ...container, ports: published })).toEqual({ value: '5432' });
});

test('a container reaches a native process at the address that the host has in its network', () => {
  expect(seen('${db.ip}', 'docker', 'process')).toEqual({ value: '172.18.0.1' });
  expect(seen('${db.port.5432}', 'docker', 'process', { ports: published })).toEqual({ value: '15432' });
});

test('native processes meet at home', () => {
  expect(seen('${db.ip}', 'process', 'process')).toEqual({ value: '127.0.0.1' });
  expect(seen('${db.port.5432}', 'process', 'process', { ports: [] })).toEqual({ value: '5432' });
});

test('on another host only what is published is reachable, at the address of that host', () => {
  expect(seen('${db.ip}', 'docker', 'docker@ssh://far', container)).toEqual({ value: 'far.example' });
  expect(seen('${db.port.5432}', 'docker', 'docker@ssh://far', { ...container, ports: published })).toEqual({ value: '15432' });
  expect(seen('${db.port.5432}', 'process', 'docker@ssh://far', container)).toEqual({
    why: 'shop-db-1 does not publish port 5432, and is on another host',
  });
  expect(seen('${db.ip}', 'process@ssh://far', 'process')).toHaveProperty('why');
});

test('what does not run has no address; all replicas are listed by number', () => {
  expect(seen('${db.ip}', 'docker', 'docker', { ...container, state: 'exited' })).toEqual({ why: 'no replica of db runs' });
  const wanted = project({ web: {}, db: { scale: 2 } });
  const at = (number: number): ObservedReplica =>
    replica(wanted, 'db', number, { addresses: [{ network: 'shop_default', ip: `172.18.0.${number + 1}`, gateway: '' }] });
  const [reference] = referencesIn(markReference('${db.ips}'));
  const world = { project: wanted, observed: observed({ replicas: [at(2), at(1)] }) };
  expect(reference && addressOf(reference, 'web', world)).toEqual({ value: '172.18.0.2,172.18.0.3' });
});

const referring = project({
  web: { environment: { DB: markReference('${db.ip}') }, depends_on: { db: { condition: 'service_started', required: true } } },
  db: {},
});

test('who refers to an address is made once what it refers to runs', () => {
  const plan = planUp({ project: referring, observed: observed(), musterHashes: {} });
  const step = (kind: string, service: string): number =>
    plan.steps.find((each) => each.kind === kind && 'service' in each.subject && each.subject.service === service)?.id ?? 0;
  expect(plan.steps.find(({ id }) => id === step('create-replica', 'web'))?.after).toContain(step('start-replica', 'db'));
});

test('a changed address recreates who uses it, an unchanged one does not', () => {
  const musterHashes = { web: 'v1:web', db: 'v1:db' };
  const at = (ip: string, webHash: string): ReturnType<typeof observed> =>
    running(referring, ({ service }) =>
      service === 'db'
        ? { musterHash: 'v1:db', addresses: [{ network: 'shop_default', ip, gateway: '' }] }
        : { musterHash: webHash, config: { environment: { DB: '#00000000' } } },
    );
  const first = planAddresses({ project: referring, observed: at('172.18.0.2', 'v1:other'), musterHashes });
  expect(first?.steps.find(({ kind }) => kind === 'create-replica')?.cause).toContain('environment changed');
  const same = planUp({ project: referring, observed: at('172.18.0.2', hashAt('172.18.0.2')), musterHashes });
  expect(same.steps).toEqual([]);
  const moved = planUp({ project: referring, observed: at('172.18.0.9', hashAt('172.18.0.2')), musterHashes });
  expect(moved.steps.map(({ kind }) => kind)).toContain('create-replica');
});

const hashAt = (ip: string): string => musterHashWith('v1:web', { '${db.ip}': ip });

import { expect, test } from 'vitest';
import type { HostNames } from '#model/host-names.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';
import { hostNames } from './host-names.ts';
import { observed, project, replica, twoHosts as runtimes } from './sample.test-support.ts';

const on = (runtime: string, fields: Partial<Service> = {}): Partial<Service> => ({ 'x-muster': { runtime }, ...fields });
const at = (ip: string, network = 'shop_default'): Partial<ObservedReplica> => ({
  networks: [network],
  addresses: [{ network, ip, gateway: '172.18.0.1' }],
});
const names = (wanted: Project, replicas: readonly ObservedReplica[], runtime = 'process'): HostNames | null =>
  hostNames(runtime, { project: wanted, observed: observed({ replicas }), runtimes });

const shop = project({ web: on('process'), db: { networks: { default: { aliases: ['store'] } } } });

test('a container is found by its service, its aliases and its own name', () => {
  expect(names(shop, [replica(shop, 'db', 1, at('172.18.0.2'))])).toEqual({
    db: ['172.18.0.2'],
    'shop-db-1': ['172.18.0.2'],
    store: ['172.18.0.2'],
    web: ['127.0.0.1'],
  });
});

test('several replicas are listed by number, those that do not run or replace another are not', () => {
  const down = replica(shop, 'db', 3, { ...at('172.18.0.4'), state: 'exited' });
  const coming = replica(shop, 'db', 4, { ...at('172.18.0.5'), replaces: 'shop-db-1' });
  const all = [replica(shop, 'db', 2, at('172.18.0.3')), replica(shop, 'db', 1, at('172.18.0.2')), down, coming];
  expect(names(shop, all)).toMatchObject({ db: ['172.18.0.2', '172.18.0.3'], 'shop-db-2': ['172.18.0.3'] });
});

test('what has its host’s network is found at home, what has none nowhere, what joins another where that one is', () => {
  const db = replica(shop, 'db', 1, { networks: ['host'], addresses: [] });
  expect(names(shop, [db])).toMatchObject({ db: ['127.0.0.1'] });
  expect(names(shop, [{ ...db, networks: ['none'] }])).not.toHaveProperty('db');
  const other = replica(shop, 'side', 1, at('172.18.0.7'));
  expect(names(shop, [{ ...db, networks: [], joins: [other.id] }, other])).toMatchObject({ db: ['172.18.0.7'] });
});

test('a network that the host is no part of does not count', () => {
  const wanted = { ...shop, networks: { ...shop.networks, wire: { name: 'shop_wire', driver: 'macvlan' } } };
  const addresses = [...(at('10.0.0.2', 'shop_wire').addresses ?? []), ...(at('172.18.0.2').addresses ?? [])];
  expect(names(wanted, [replica(shop, 'db', 1, { networks: ['shop_default', 'shop_wire'], addresses })])).toMatchObject({
    db: ['172.18.0.2'],
  });
});

test('nobody is told names when there is nobody else on its host, or it has networks', () => {
  expect(names(project({ web: on('process') }), [])).toBeNull();
  expect(names(project({ web: on('process'), pay: on('remote') }), [])).toBeNull();
  const split = project({ web: on('process@ssh://far'), db: {} });
  expect(names(split, [replica(split, 'db', 1, at('172.18.0.2'))], 'process@ssh://far')).toBeNull();
  expect(names(shop, [], 'docker')).toBeNull();
  // Who is to come is told of later: a program that runs must be ready to hear it.
  expect(names(shop, [])).toEqual({ web: ['127.0.0.1'] });
});

test('without the file replicas say where they are and what they are called', () => {
  const unknown = project({ web: {}, db: {} });
  const config = { networks: { default: { aliases: ['store'] } } };
  const replicas = [replica(shop, 'web', 1, { runtime: 'process' }), replica(shop, 'db', 1, { ...at('172.18.0.2'), config })];
  expect(names(unknown, replicas)).toMatchObject({ web: ['127.0.0.1'], store: ['172.18.0.2'] });
});

test('what runs on another host is found at that host’s address, if that is known', () => {
  const far = { 'x-muster': { runtime: 'process', host: 'ssh://far' } };
  const split = project({ web: on('process'), store: { ...far, container_name: 'vault' }, pay: on('remote') });
  const told = (addresses = {}): HostNames | null =>
    hostNames('process', { project: split, observed: observed({}), runtimes, addresses });
  expect(told({ 'ssh://far': '10.1.0.2' })).toEqual({ store: ['10.1.0.2'], vault: ['10.1.0.2'], web: ['127.0.0.1'] });
  expect(told()).toBeNull();
});

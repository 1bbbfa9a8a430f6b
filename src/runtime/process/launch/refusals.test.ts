import { describe, expect, test } from 'vitest';
import type { Service } from '#model/project.ts';
import { markReference } from '#model/reference.ts';
import { refusalsOf, shortcomingsOf } from './refusals.ts';

const ada = { uid: 1000, user: 'ada' };
const native = { process: { command: ['x'] } };

const keysOf = (service: Partial<Service>, own = ada): string[] =>
  refusalsOf('web', { command: ['x'], entrypoint: null, ...service }, own).map(({ key }) => key);

test.each<[string, Partial<Service>]>([
  ['command', { command: null, image: 'web' }],
  ['command', { 'x-muster': { process: {} } }],
  ['user', { user: 'postgres' }],
  ['x-muster.process.user', { 'x-muster': { process: { command: ['x'], user: 'postgres' } } }],
  ['x-muster.process.nice', { 'x-muster': { process: { command: ['x'], nice: -1 } } }],
  ['privileged', { privileged: true }],
  ['group_add', { group_add: ['adm'] }],
  ['cap_add', { cap_add: ['NET_ADMIN'] }],
  ['read_only', { read_only: true }],
  ['network_mode', { network_mode: 'service:db' }],
  ['network_mode', { network_mode: 'none' }],
  ['pid', { pid: 'service:db' }],
  ['dns', { dns: ['1.1.1.1'] }],
  ['extra_hosts', { extra_hosts: ['db=10.0.0.1'] }],
  ['devices', { devices: [{ source: '/dev/a', target: '/dev/b' }] }],
  ['logging.driver', { logging: { driver: 'syslog' } }],
  ['volumes[0]', { volumes: [{ type: 'volume', target: '/data' }] }],
  ['volumes[0]', { volumes: [{ type: 'npipe', source: 'x', target: 'y' }] }],
  ['volumes[0]', { image: 'web', volumes: [{ type: 'volume', source: 'data', target: '/data' }] }],
  ['volumes[0]', { image: 'web', volumes: [{ type: 'bind', source: '/srv', target: '/app' }] }],
  ['ulimits.nosuch', { ulimits: { nosuch: 3, nofile: 100 } }],
  ['ulimits.nofile', { ulimits: { nofile: { soft: 200, hard: 100 } } }],
  ['ulimits.core', { ulimits: { core: { soft: -1, hard: 0 } } }],
  ['stop_signal', { stop_signal: 'RTMIN+3' }],
  ['x-muster.health', { 'x-muster': { health: {} } }],
  ['x-muster.health.http', { 'x-muster': { health: { http: 'http://localhost:99999/' } } }],
  ['x-muster.health', { 'x-muster': { health: { tcp: 80, http: 'http://localhost/' } } }],
])('%s is refused in %o', (key, service) => {
  expect(keysOf(service)).toEqual([key]);
});

test.each<Partial<Service>>([
  {},
  { network_mode: 'host', pid: 'host', privileged: false, cap_add: [], read_only: false },
  { ulimits: { nofile: { soft: 100, hard: -1 }, core: -1, nproc: { soft: 1, hard: 1 } } },
  { user: 'ada' },
  { 'x-muster': { health: { http: `http://${markReference('${service:db.ip}')}:${markReference('${db.port.80}')}/` } } },
  { user: '1000' },
  { 'x-muster': { process: { command: ['x'], nice: 19 } } },
  { image: 'web', volumes: [{ type: 'bind', source: '/srv', target: '/srv' }] },
  { image: 'web', 'x-muster': native, volumes: [{ type: 'volume', source: 'data', target: '/data' }] },
  { volumes: [{ type: 'bind', source: '/srv', target: '/app' }] },
  { devices: [{ source: '/dev/a', target: '/dev/a' }] },
  { logging: { driver: 'json-file' } },
  { group_add: ['adm'], 'x-muster': { process: { command: ['x'], ignore: ['group_add'] } } },
  { read_only: true, 'x-muster': { process: { command: ['x'], ignore: ['read_only'] } } },
])('nothing is refused in %o', (service) => {
  expect(keysOf(service)).toEqual([]);
});

test('root may run programs as anybody', () => {
  expect(keysOf({ user: 'postgres', group_add: ['adm'] }, { uid: 0, user: 'root' })).toEqual([]);
  expect(keysOf({ 'x-muster': { process: { command: ['x'], nice: -5 } } }, { uid: 0, user: 'root' })).toEqual([]);
});

describe('what is left out', () => {
  const left = (service: Partial<Service>): string[] => shortcomingsOf({ command: null, entrypoint: null, ...service });

  test('is said in one breath', () => {
    expect(left({ hostname: 'a', cap_drop: ['ALL'] })).toEqual(['hostname, cap_drop mean nothing to a native process']);
  });

  test('is each key that only a container heeds', () => {
    expect(left({ oom_score_adj: 300, cpu_period: '100000', cpu_rt_period: '95000' })[0]).toMatch(
      /^cpu_period, cpu_rt_period, oom_score_adj /,
    );
  });

  test('is not said where the author knows', () => {
    expect(left({ cap_drop: ['ALL'], 'x-muster': { process: { ignore: ['cap_drop'] } } })).toEqual([]);
  });

  test('includes that an address can only be told', () => {
    expect(left({ ports: [{ target: 80, published: '80', host_ip: '127.0.0.1' }] })[0]).toContain('MUSTER_HOST_80');
    expect(left({ ports: [{ target: 80, published: '80', host_ip: '0.0.0.0' }] })).toEqual([]);
  });
});

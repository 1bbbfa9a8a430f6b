import { expect, test } from 'vitest';
import { MusterError, MusterErrors } from '#lib/errors.ts';
import type { HeldPort, Observed } from '#model/observed.ts';
import type { Port, Project } from '#model/project.ts';
import type { UpOptions } from '../options.ts';
import { observed, project, replica, running } from '../sample.test-support.ts';
import { planUp } from '../up.ts';

function problemsOf(wanted: Project, seen: Observed = observed(), options: UpOptions = {}): string[] {
  try {
    planUp({ project: wanted, observed: seen, musterHashes: {}, options });
    return [];
  } catch (error) {
    const errors = error instanceof MusterErrors ? error.errors : error instanceof MusterError ? [error] : [];
    if (errors.length === 0) throw error;
    return errors.map((each) => `${each.code}: ${each.message}`);
  }
}
const notesOf = (wanted: Project): readonly string[] => planUp({ project: wanted, observed: observed(), musterHashes: {} }).notes;
const port = (published: string, more: Partial<Port> = {}): Port => ({ target: 80, published, protocol: 'tcp', ...more });
const held = (fields: Partial<HeldPort>): HeldPort => ({
  hostIp: '0.0.0.0',
  port: 8080,
  protocol: 'tcp',
  holder: 'process nginx (pid 812)',
  replicaId: null,
  ...fields,
});

test('two services that publish one host port are both named', () => {
  expect(
    problemsOf(project({ a: { ports: [port('8080')] }, b: { ports: [port('8080', { target: 81, host_ip: '127.0.0.1' })] } })),
  ).toEqual(['PORT_CONFLICT: services a and b both publish host port 8080/tcp: "8080:80" and "127.0.0.1:8080:81"']);
});

test.each([
  ['0.0.0.0', '127.0.0.1', true],
  ['', '::1', true],
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', '127.0.0.2', false],
  ['0.0.0.0', '::', false],
  ['::', '::1', true],
])('host addresses %j and %j clash: %s', (a, b, clash) => {
  expect(
    problemsOf(project({ a: { ports: [port('80', { host_ip: a })] }, b: { ports: [port('80', { host_ip: b })] } })),
  ).toHaveLength(clash ? 1 : 0);
});

test('another protocol, another port, a service scaled to none and the host network do not clash', () => {
  const b = (fields: Parameters<typeof project>[0][string]): string[] =>
    problemsOf(project({ a: { ports: [port('53')] }, b: fields }));
  expect(b({ ports: [port('53', { protocol: 'udp' })] })).toEqual([]);
  expect(b({ ports: [port('54')] })).toEqual([]);
  expect(b({ ports: [port('53')], scale: 0 })).toEqual([]);
  expect(b({ ports: [port('53')], network_mode: 'host', networks: undefined })).toEqual([]);
});

test('replicas can not share one host port, and a range must be wide enough', () => {
  expect(problemsOf(project({ web: { scale: 3, ports: [port('8080')] } }))).toEqual([
    "PORT_CONFLICT: service web is to have 3 replicas, which can't share the one host port 8080",
  ]);
  expect(problemsOf(project({ web: { ports: [port('8080-8081')] } }), observed(), { scale: { web: 3 } })).toHaveLength(1);
  expect(problemsOf(project({ web: { scale: 2, ports: [port('8080-8081')] } }))).toEqual([]);
});

test.each(['nope', '70000', '0x50', '90-80', '8080-', '-1'])(
  'the malformed host port %j is refused with its service',
  (published) => {
    expect(problemsOf(project({ web: { ports: [port(published)] } }))).toEqual([
      expect.stringMatching(/^PORT_INVALID: service web: port /),
    ]);
  },
);

test('a port that somebody else holds is reported with the holder', () => {
  const wanted = project({ web: { ports: [port('8080')] } });
  expect(problemsOf(wanted, observed({ heldPorts: [held({})] }))).toEqual([
    'PORT_IN_USE: host port 8080/tcp that service web publishes is held by process nginx (pid 812)',
  ]);
  expect(problemsOf(wanted, observed({ heldPorts: [held({ protocol: 'udp' })] }))).toEqual([]);
});

test('a port that the project’s own replica holds is no conflict, unless that is an orphan which stays', () => {
  const wanted = project({ web: { ports: [port('8080')] } });
  const seen = running(wanted);
  const own = { ...seen, heldPorts: [held({ replicaId: seen.replicas[0]?.id ?? '' })] };
  expect(problemsOf(wanted, own)).toEqual([]);
  const both = project({ apache: { ports: [port('8080')] }, nginx: {} });
  const nginx = project({ apache: { ports: [port('8080')] }, nginx: { ports: [port('8080')] } });
  const apacheRuns = { ...running(both), heldPorts: [held({ replicaId: replica(both, 'apache').id })] };
  expect(problemsOf(nginx, apacheRuns, { services: ['nginx'] })).toHaveLength(1);
  const orphan = replica(wanted, 'gone', 1, { id: 'orphan'.padEnd(64, '0') });
  const withOrphan = observed({
    replicas: [orphan],
    heldPorts: [held({ holder: 'container "shop-gone-1"', replicaId: orphan.id })],
  });
  expect(problemsOf(wanted, withOrphan)).toHaveLength(1);
  expect(problemsOf(wanted, withOrphan, { removeOrphans: true })).toEqual([]);
});

test('replica names that two services would share are errors with both names', () => {
  expect(problemsOf(project({ a: { container_name: 'x1' }, b: { container_name: 'x1' } }))).toEqual([
    'NAME_COLLISION: services a and b would both have a replica called x1',
  ]);
  expect(problemsOf(project({ a: { container_name: 'shop-b-2' }, b: { scale: 2 } }))).toEqual([
    'NAME_COLLISION: services a and b would both have a replica called shop-b-2',
  ]);
  expect(problemsOf(project({ a: { container_name: 'x1', scale: 2 } }))).toEqual([
    'NAME_COLLISION: service a is to have 2 replicas, all called x1',
  ]);
});

test('an alias that is another service’s name is an error; one alias for two services is round robin and a note', () => {
  const networks = (alias: string) => ({ default: { aliases: [alias] } });
  expect(problemsOf(project({ db: {}, shadow: { networks: networks('db') } }))).toEqual([
    'NAME_COLLISION: service shadow has the alias db on network default, where service db is',
  ]);
  expect(problemsOf(project({ db: { networks: { back: null } }, shadow: { networks: networks('db') } }))).toEqual([]);
  const shared = project({ blue: { networks: networks('app') }, green: { networks: networks('app') } });
  expect(problemsOf(shared)).toEqual([]);
  expect(notesOf(shared)).toEqual(['alias app on network default means services blue and green in turn']);
});

test('external networks and volumes must exist, external secrets and configs have no store to come from', () => {
  const wanted = project(
    {
      web: {
        networks: { default: null },
        volumes: [{ type: 'volume', source: 'data', target: '/d' }],
        secrets: [{ source: 'key' }],
      },
    },
    {
      networks: { default: { name: 'shared', external: true } },
      volumes: { data: { name: 'kept', external: true } },
      secrets: { key: { external: true } },
    },
  );
  expect(problemsOf(wanted)).toEqual([
    'EXTERNAL_MISSING: network shared (networks.default) is external and does not exist',
    'EXTERNAL_MISSING: volume kept (volumes.data) is external and does not exist',
    'UNSUPPORTED: secret key of service web is external, and there is no store to take it from',
  ]);
});

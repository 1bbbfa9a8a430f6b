import { expect, test } from 'vitest';
import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import type { Dependency, Project } from '#model/project.ts';
import { recordService } from '#model/recorded-service.ts';
import type { UpOptions } from './options.ts';
import { renderPlan } from './render.ts';
import { observed, project, replica, running, service } from './sample.test-support.ts';
import { planUp } from './up.ts';

const up = (wanted: Project, seen: Observed, options: UpOptions = {}): Plan =>
  planUp({ project: wanted, observed: seen, musterHashes: {}, options });
/** The text without the digest's line, which golden texts would only repeat. */
const text = (plan: Plan): string => `\n${renderPlan(plan).split('\n').slice(0, -1).join('\n')}\n`;
const on = (condition: Dependency['condition'], more: Partial<Dependency> = {}): Dependency => ({
  condition,
  required: true,
  ...more,
});
const outdated =
  (...names: string[]) =>
  (each: ObservedReplica): Partial<ObservedReplica> =>
    names.includes(each.service) ? { configHash: 'old' } : {};

test('a first up makes networks and volumes, then replicas, and starts each as soon as what it needs is ready', () => {
  const wanted = project({
    db: { healthcheck: { test: ['CMD', 'ping'] }, volumes: [{ type: 'volume', source: 'data', target: '/data' }] },
    init: { depends_on: { db: on('service_healthy') } },
    web: { scale: 2, depends_on: { db: on('service_healthy'), init: on('service_completed_successfully') } },
  });
  expect(text(up(wanted, observed()))).toMatchInlineSnapshot(`
    "
    +   #1 network:default, create-network, not found
    +   #2 volume:data, create-volume, not found
    +   #3 service:db:1, create-replica, no existing replica (after #1, #2)
    ~   #4 service:db:1, start-replica, it is new (after #3)
    +   #5 service:init:1, create-replica, no existing replica (after #1)
    .   #6 service:db, wait-dependency until healthy, others depend on it (after #4)
    ~   #7 service:init:1, start-replica, it is new (after #5, #6)
    +   #8 service:web:1, create-replica, no existing replica (after #1)
    .   #9 service:init, wait-dependency until completed, others depend on it (after #7)
    ~   #10 service:web:1, start-replica, it is new (after #6, #8, #9)
    +   #11 service:web:2, create-replica, no existing replica (after #1)
    ~   #12 service:web:2, start-replica, it is new (after #6, #9, #11)
    6 to create
    "
  `);
});

test('a changed service is replaced with its reason: made beside the old one, which goes when the new one may start', () => {
  const wanted = project({ web: { command: ['serve', '--fast'], environment: { TOKEN: 'new', LEVEL: 'info' } } });
  const before = service({ command: ['serve'], environment: { TOKEN: 'old', MODE: 'x' } });
  const seen = running(wanted, () => ({ configHash: 'old', config: recordService(before) }));
  expect(text(up(wanted, seen))).toMatchInlineSnapshot(`
    "
    -/+ #1 service:web:1, create-replica beside shop-web-1, command and environment changed
            command: ["serve"] -> ["serve","--fast"]
            environment.LEVEL: (set)
            environment.MODE: (removed)
            environment.TOKEN: (changed)
    ~   #2 service:web:1, stop-replica, it is replaced (after #1)
    -   #3 service:web:1, remove-replica, it is replaced (after #2)
    ~   #4 service:web:1, rename-replica, it takes the place of the old one (after #3)
    ~   #5 service:web:1, start-replica, it replaces the old one (after #4)
    1 to replace
    "
  `);
});

test('a dependent with restart: true stops before its dependency is replaced, and starts after it', () => {
  const wanted = project({
    db: {},
    api: { depends_on: { db: on('service_started', { restart: true }) } },
    web: { depends_on: { api: on('service_started') } },
  });
  expect(text(up(wanted, running(wanted, outdated('db'))))).toMatchInlineSnapshot(`
    "
    -/+ #1 service:db:1, create-replica beside shop-db-1, its configuration changed (it does not record in what)
    ~   #2 service:api:1, stop-replica, it depends on db, which is replaced (after #1)
    ~   #3 service:db:1, stop-replica, it is replaced (after #1, #2)
    -   #4 service:db:1, remove-replica, it is replaced (after #3)
    ~   #5 service:db:1, rename-replica, it takes the place of the old one (after #4)
    ~   #6 service:db:1, start-replica, it replaces the old one (after #5)
    ~   #7 service:api:1, start-replica, it depends on db, which is replaced (after #2, #6)
    1 to replace, 1 to restart, 1 unchanged
    "
  `);
});

test('who joins the network of a replaced replica is replaced with it', () => {
  const wanted = project({ vpn: {}, app: { network_mode: 'service:vpn', networks: undefined } });
  expect(text(up(wanted, running(wanted, outdated('vpn'))))).toMatchInlineSnapshot(`
    "
    -/+ #1 service:vpn:1, create-replica beside shop-vpn-1, its configuration changed (it does not record in what)
    ~   #2 service:app:1, stop-replica, it is replaced (after #1)
    ~   #3 service:vpn:1, stop-replica, it is replaced (after #1, #2)
    -   #4 service:vpn:1, remove-replica, it is replaced (after #3)
    ~   #5 service:vpn:1, rename-replica, it takes the place of the old one (after #4)
    ~   #6 service:vpn:1, start-replica, it replaces the old one (after #5)
    -/+ #7 service:app:1, create-replica beside shop-app-1, it joins vpn, which is replaced (after #4, #5)
    -   #8 service:app:1, remove-replica, it is replaced (after #2, #7)
    ~   #9 service:app:1, rename-replica, it takes the place of the old one (after #8)
    ~   #10 service:app:1, start-replica, it replaces the old one (after #6, #9)
    2 to replace
    "
  `);
});

test('who joins a replaced replica without being asked for is named', () => {
  const wanted = project({ vpn: {}, app: { network_mode: 'service:vpn', networks: undefined } });
  const plan = up(wanted, running(wanted, outdated('vpn')), { services: ['vpn'] });
  expect(plan.notes).toEqual(['service app joins vpn, which is replaced, and is cut off by that: muster up app']);
});

test('a network whose configuration changed is made anew, and replicas that stay join it again', () => {
  const wanted = project({ web: { networks: { default: null, back: null } } });
  const seen = running(wanted);
  const networks = seen.networks.map((network) => (network.key === 'back' ? { ...network, configHash: 'old' } : network));
  expect(text(up(wanted, { ...seen, networks }))).toMatchInlineSnapshot(`
    "
    ~   #1 service:web:1, stop-replica, a network that it is attached to is made anew
    ~   #2 service:web:1, disconnect-network back, the network is made anew (after #1)
    -   #3 network:back, remove-network, its configuration changed (after #2)
    +   #4 network:back, create-network, its configuration changed (after #3)
    ~   #5 service:web:1, connect-network back, the network is made anew (after #4)
    ~   #6 service:web:1, start-replica, a network that it is attached to is made anew (after #1, #5)
    1 to replace, 1 to restart
    "
  `);
});

test('a volume whose configuration changed is kept with a note, unless its loss was agreed to', () => {
  const wanted = project(
    { db: { volumes: [{ type: 'volume', source: 'data', target: '/data' }] } },
    { volumeHashes: { data: 'new' } },
  );
  const seen = running(wanted);
  const volumes = seen.volumes.map((volume) => ({ ...volume, configHash: 'old' }));
  expect(text(up(wanted, { ...seen, volumes }))).toMatchInlineSnapshot(`
    "
    !   volume shop_data was made with another configuration; it is kept as it is, with its data
    nothing to do, 1 unchanged
    "
  `);
  expect(text(up(wanted, { ...seen, volumes }, { recreateVolumes: ['data'] }))).toMatchInlineSnapshot(`
    "
    ~   #1 service:db:1, stop-replica, a volume that it uses is made anew
    -   #2 service:db:1, remove-replica, a volume that it uses is made anew (after #1)
    -   #3 volume:data, remove-volume, its configuration changed, and the loss of its data was agreed to (after #2)
    +   #4 volume:data, create-volume, its configuration changed, and the loss of its data was agreed to (after #3)
    +   #5 service:db:1, create-replica, a volume that it uses is made anew (after #2, #4)
    ~   #6 service:db:1, start-replica, it is new (after #5)
    1 to create, 1 to replace, 1 to remove
    "
  `);
});

test('scaling down removes the outdated and then the highest numbers, scaling up takes the lowest free ones', () => {
  const wanted = project({ web: { scale: 3 } });
  const seen = running(wanted, (each) => (each.number === 1 ? { configHash: 'old' } : {}));
  const removed = (plan: Plan): string[] =>
    plan.steps.flatMap((step) => (step.kind === 'remove-replica' && 'name' in step.subject ? [step.subject.name] : []));
  expect(removed(up(wanted, seen, { scale: { web: 2 } }))).toEqual(['shop-web-1']);
  expect(removed(up(wanted, running(wanted), { scale: { web: 1 } }))).toEqual(['shop-web-2', 'shop-web-3']);
  const gap = running(wanted, (each) => (each.number === 2 ? null : {}));
  const created = up(wanted, gap).steps.flatMap((step) =>
    step.kind === 'create-replica' && 'name' in step.subject ? [step.subject.name] : [],
  );
  expect(created).toEqual(['shop-web-2']);
});

test('orphans are named and left alone unless asked; services that a profile leaves out are no orphans, one-offs are ignored', () => {
  const wanted = project({ web: {} }, { disabledServices: { debug: service() } });
  const seen = running(wanted);
  const replicas = [
    ...seen.replicas,
    replica(wanted, 'gone'),
    replica(wanted, 'debug'),
    replica(wanted, 'web', 0, { oneOff: true, name: 'shop-web-run-1', id: 'r'.repeat(64) }),
  ];
  const plan = up(wanted, { ...seen, replicas });
  expect(plan.steps).toEqual([]);
  expect(plan.notes).toEqual([expect.stringContaining('shop-gone-1')]);
  expect(plan.notes.join()).not.toContain('debug');
  expect(up(wanted, { ...seen, replicas }, { ignoreOrphans: true }).notes).toEqual([]);
  const removing = up(wanted, { ...seen, replicas }, { removeOrphans: true });
  expect(removing.steps.map((step) => `${step.kind} ${'name' in step.subject ? step.subject.name : ''}`)).toEqual([
    'stop-replica shop-gone-1',
    'remove-replica shop-gone-1',
  ]);
});

test('a port that moves from one service to another is free before its new owner starts', () => {
  const port = [{ target: 80, published: '8080', protocol: 'tcp' }];
  const before = project({ blue: { ports: port }, green: {} });
  const wanted = project({ blue: {}, green: { ports: port, depends_on: { blue: on('service_started') } } });
  const plan = up(wanted, { ...running(before), networks: running(wanted).networks });
  const position = (kind: string, name: string): number =>
    plan.steps.findIndex((step) => step.kind === kind && 'service' in step.subject && step.subject.service === name);
  expect(position('stop-replica', 'blue')).toBeLessThan(position('start-replica', 'green'));
  expect(plan.steps[position('start-replica', 'green')]?.after).toContain(position('stop-replica', 'blue') + 1);
});

test('an interrupted replacement is finished: the good one takes over, the outdated one is made anew', () => {
  const wanted = project({ web: {} });
  const old = replica(wanted, 'web', 1, { configHash: 'old' });
  const half = replica(wanted, 'web', 1, {
    id: 'n'.repeat(64),
    name: `${old.id.slice(0, 12)}_shop-web-1`,
    state: 'created',
    replaces: 'shop-web-1',
  });
  const seen = running(wanted);
  const kinds = (...replicas: ObservedReplica[]): string[] => up(wanted, { ...seen, replicas }).steps.map((step) => step.kind);
  expect(kinds(old, half)).toEqual(['stop-replica', 'remove-replica', 'rename-replica', 'start-replica']);
  expect(kinds(half)).toEqual(['rename-replica', 'start-replica']);
  expect(kinds(replica(wanted, 'web'), half)).toEqual(['remove-replica']);
  expect(kinds(old, { ...half, configHash: 'old' })).toEqual([
    'remove-replica',
    'create-replica',
    'stop-replica',
    'remove-replica',
    'rename-replica',
    'start-replica',
  ]);
});

test('--no-recreate keeps what diverged, --force-recreate replaces what did not', () => {
  const wanted = project({ db: {}, web: { depends_on: { db: on('service_started') } } });
  expect(up(wanted, running(wanted, outdated('web')), { recreate: 'never' }).steps).toEqual([]);
  const replaced = (options: UpOptions): string[] =>
    up(wanted, running(wanted), options).steps.flatMap((step) =>
      step.kind === 'create-replica' && 'service' in step.subject ? [step.subject.service] : [],
    );
  expect(replaced({ recreate: 'force' })).toEqual(['db', 'web']);
  expect(replaced({ recreate: 'force', services: ['web'] })).toEqual(['web']);
  expect(replaced({ alwaysRecreateDeps: true, services: ['web'] })).toEqual(['db']);
  expect(replaced({ renewAnonymousVolumes: true, services: ['web'] })).toEqual(['web']);
});

test('--no-deps touches and awaits nothing but the named services', () => {
  const wanted = project({ db: { healthcheck: {} }, web: { depends_on: { db: on('service_healthy') } } });
  const plan = up(wanted, observed(), { services: ['web'], noDeps: true });
  expect(plan.steps.map((step) => step.kind)).toEqual(['create-network', 'create-replica', 'start-replica']);
});

test('--no-start makes and replaces but starts nothing', () => {
  const wanted = project({ db: {}, web: { depends_on: { db: on('service_healthy') } } });
  const kinds = new Set(up(wanted, running(wanted, outdated('db')), { noStart: true }).steps.map((step) => step.kind));
  expect(kinds).not.toContain('start-replica');
  expect(kinds).not.toContain('wait-dependency');
});

test('--wait ends with a wait for what is not up yet, for jobs until they have completed', () => {
  const wanted = project({ init: {}, web: { depends_on: { init: on('service_completed_successfully') } }, idle: {} });
  const seen = running(wanted, (each) => (each.service === 'idle' ? {} : null));
  const waits = up(wanted, seen, { wait: true, waitTimeoutSeconds: 9 }).steps.filter((step) => step.cause === '--wait');
  expect(waits.map((step) => [step.subject, step.options])).toEqual([
    [
      { type: 'service', service: 'init' },
      { condition: 'service_completed_successfully', timeoutSeconds: 9 },
    ],
    [
      { type: 'service', service: 'web' },
      { condition: 'running_or_healthy', timeoutSeconds: 9 },
    ],
  ]);
});

test('a newer image replaces replicas and is shown by its id', () => {
  const wanted = project({ web: {} });
  const id = `sha256:${'b'.repeat(64)}`;
  const plan = up(wanted, {
    ...running(wanted, () => ({ imageId: `sha256:${'a'.repeat(64)}` })),
    images: { docker: { app: { id, repoDigests: [] } } },
  });
  expect(plan.steps[0]).toMatchObject({
    cause: 'image is newer',
    changes: [{ field: 'image', from: 'sha256:aaaaaaaaaaaa…', to: 'sha256:bbbbbbbbbbbb…' }],
  });
});

test('muster’s own hash decides where a replica has one: the content of a secret counts', () => {
  const wanted = project({ web: { secrets: [{ source: 'key' }] } });
  const config = recordService(wanted.services['web'] ?? service(), { 'secret:key': 'a'.repeat(64) });
  const seen = running(wanted, () => ({ musterHash: 'v1:old', config }));
  const sources = new Map([['secret:key' as const, { bytes: new Uint8Array(), digest: 'b'.repeat(64) }]]);
  const plan = planUp({ project: wanted, observed: seen, musterHashes: { web: 'v1:new' }, sources });
  expect(text(plan)).toContain('secret key: content changed');
  expect(planUp({ project: wanted, observed: seen, musterHashes: { web: 'v1:old' }, sources }).steps).toEqual([]);
});

test('an unknown service is an error with the nearest name and the list', () => {
  const wanted = project({ web: {}, worker: {} });
  expect(() => up(wanted, observed(), { services: ['wbe'] })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_SERVICE', hint: 'did you mean "web"? services are: web, worker' }),
  );
});

test('a replica that Docker Compose v5 made is compared by its rules, any other by those of 2.40', () => {
  const wanted = { ...project({ web: {} }), configHashes: { web: 'by 2.40' }, v5ConfigHashes: { web: 'by v5' } };
  const isKept = (version: string, configHash: string): boolean =>
    up(
      wanted,
      running(wanted, (each) => ({ configHash, labels: { ...each.labels, 'com.docker.compose.version': version } })),
    ).steps.length === 0;
  expect(isKept('5.0.1', 'by v5')).toBe(true);
  expect(isKept('v5.1.0-desktop.1', 'by v5')).toBe(true);
  expect(isKept('5.0.1', 'by 2.40')).toBe(false);
  expect(isKept('2.40.3', 'by v5')).toBe(false);
  expect(isKept('2.40.3', 'by 2.40')).toBe(true);
  expect(isKept('', 'by 2.40')).toBe(true);
});

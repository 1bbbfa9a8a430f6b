import { expect, test } from 'vitest';
import type { ObservedReplica } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import type { Dependency } from '#model/project.ts';
import { planRemove } from './remove.ts';
import { observed, project, replica, running } from './sample.test-support.ts';
import { planRestart, planStart } from './start.ts';
import { planKill, planStop } from './stop.ts';
import { planCreate, planScale } from './up.ts';

const on = (more: Partial<Dependency> = {}): Dependency => ({ condition: 'service_started', required: true, ...more });
const shop = project({
  db: { healthcheck: {} },
  api: { depends_on: { db: on({ restart: true }) } },
  web: { depends_on: { api: on(), db: on({ condition: 'service_healthy' }) } },
});
const input = { project: shop, observed: running(shop), musterHashes: {} };
const exited = (...names: string[]) =>
  running(shop, (each) => (names.includes(each.service) ? { state: 'exited', exitCode: 0 } : {}));
/** `stop web (2, 3)`: what, and after which steps. */
const steps = (plan: Plan): string[] =>
  plan.steps.map(
    ({ kind, subject, after }) =>
      `${kind.replace('-replica', '')} ${'service' in subject ? subject.service : ''}${after.length > 0 ? ` (${after.join(', ')})` : ''}`,
  );

test('stop goes against the dependencies, touches only what runs, and only what is named', () => {
  expect(steps(planStop(input))).toEqual(['stop web', 'stop api (1)', 'stop db (1, 2)']);
  expect(steps(planStop({ ...input, observed: exited('api') }))).toEqual(['stop web', 'stop db (1)']);
  expect(steps(planStop({ ...input, options: { services: ['db'], timeoutSeconds: 3 } }))).toEqual(['stop db']);
  expect(planStop({ ...input, options: { timeoutSeconds: 3 } }).steps[0]?.options).toEqual({ timeoutSeconds: 3 });
});

test('kill sends its signal to all at once, one-offs too', () => {
  const oneOff = replica(shop, 'db', 0, { oneOff: true, name: 'shop-db-run-1', id: '1'.repeat(64) });
  const plan = planKill({
    ...input,
    observed: { ...input.observed, replicas: [...input.observed.replicas, oneOff] },
    options: { signal: 'SIGHUP' },
  });
  expect(steps(plan)).toEqual(['kill api', 'kill db', 'kill db', 'kill web']);
  expect(plan.steps[0]?.options).toEqual({ signal: 'SIGHUP' });
});

test('start brings up what has stopped with its dependencies, and waits only for what is not ready', () => {
  expect(steps(planStart({ ...input, observed: exited('web') }))).toEqual(['start web']);
  expect(steps(planStart({ ...input, observed: exited('db', 'web') }))).toEqual([
    'start db',
    'wait-dependency db (1)',
    'start web (2)',
  ]);
  expect(planStart(input)).toMatchObject({ steps: [], unchanged: ['shop-db-1', 'shop-api-1', 'shop-web-1'] });
});

test('start makes nothing: a service without a replica is an error with the remedy', () => {
  const none = { ...input, observed: running(shop, (each) => (each.service === 'web' ? null : {})) };
  expect(() => planStart(none)).toThrow(expect.objectContaining({ code: 'REPLICA_NOT_FOUND', hint: 'make one: muster up web' }));
});

test('restart takes along who asks for it with restart: true, unless --no-deps', () => {
  expect(steps(planRestart({ ...input, options: { services: ['db'] } }))).toEqual(['restart db', 'restart api (1)']);
  expect(steps(planRestart({ ...input, options: { services: ['db'], noDeps: true } }))).toEqual(['restart db']);
});

test('rm removes what has stopped, with --stop everything, and volumes only with --volumes', () => {
  const plan = planRemove({ ...input, observed: exited('api') });
  expect(steps(plan)).toEqual(['remove api']);
  expect(plan.notes).toEqual(['2 running and left alone; --stop stops and removes those too']);
  expect(steps(planRemove({ ...input, options: { stop: true, services: ['web'] } }))).toEqual(['stop web', 'remove web (1)']);
  const volumes = planRemove({ ...input, observed: exited('api'), options: { volumes: true } });
  expect(volumes.steps[0]?.options).toEqual({ removeVolumes: true });
});

test('create makes what up would, and starts nothing', () => {
  expect(steps(planCreate({ ...input, observed: observed() })).filter((step) => !step.startsWith('create'))).toEqual([]);
});

test('scale is an up of the services that it names and what they need', () => {
  const plan = planScale({ ...input, options: { scale: { api: 2 } } });
  expect(steps(plan)).toEqual(['create api', 'start api (1)']);
  expect(plan.verb).toBe('scale');
});

test('what is paused is left so, with the command that ends it', () => {
  const paused = running(shop, (each): Partial<ObservedReplica> => (each.service === 'web' ? { state: 'paused' } : {}));
  expect(planScale({ ...input, observed: paused, options: { scale: { web: 1 } } })).toMatchObject({
    steps: [],
    notes: ['shop-web-1 is paused and stays so: muster unpause web'],
  });
});

import { describe, expect, test } from 'vitest';
import type { Service } from '#model/project.ts';
import { combinePlans } from './combine.ts';
import { planDown } from './down.ts';
import { planImages } from './images.ts';
import { withProvided } from './providers.ts';
import { planStop } from './stop.ts';
import { renderPlan } from './render.ts';
import { observed, project, running } from './sample.test-support.ts';
import { planStart } from './start.ts';
import { planUp } from './up.ts';

const started = { condition: 'service_started', required: true } as const;
const healthy = { condition: 'service_healthy', required: true } as const;
const provider = (fields: Partial<Service> = {}): Partial<Service> => ({
  image: undefined,
  networks: undefined,
  provider: { type: 'cloud', options: { token: ['hunter2'] } },
  ...fields,
});

// web -> db (cloud) -> vault (cloud); db -> base (container)
const shop = project({
  web: { depends_on: { db: healthy } },
  db: provider({ depends_on: { vault: started, base: started } }),
  vault: provider(),
  base: {},
});
const here = running(shop, ({ service }) => (['db', 'vault'].includes(service) ? null : {}));
const input = { project: shop, observed: here, musterHashes: {} };
const options = { now: 0 };

describe('providers', () => {
  test('run before anything that needs them, the needed ones first, after the images, and nothing waits for their health', () => {
    const none = { ...input, observed: observed() };
    const plan = combinePlans(planImages({ ...none, options }), planUp(none), shop);
    expect(renderPlan(plan).split('\n').slice(0, -1)).toMatchInlineSnapshot(`
      [
        "+   #1 image:app, pull-image, not on this machine",
        "~   #2 service:vault, run-provider, cloud looks after it (after #1)",
        "~   #3 service:db, run-provider, cloud looks after it (after #1, #2)",
        "+   #4 network:default, create-network, not found",
        "+   #5 service:base:1, create-replica, no existing replica (after #1, #4)",
        "~   #6 service:base:1, start-replica, it is new (after #5)",
        "+   #7 service:web:1, create-replica, no existing replica (after #1, #3, #4)",
        "~   #8 service:web:1, start-replica, it is new (after #7)",
        "1 to pull, 2 to run, 3 to create",
      ]
    `);
    expect(JSON.stringify(plan)).not.toContain('hunter2');
  });

  test('leave what runs alone until they have said something else', () => {
    const hash = ({ environment }: Service): string => JSON.stringify(environment);
    const given = (url: string) => {
      const provided = { db: { DB_URL: url }, vault: { VAULT_KEY: 'k' } };
      return { provided, project: withProvided(shop, provided, hash) };
    };
    const { replicas } = running(given('old').project);
    const before = {
      ...input,
      observed: { ...here, replicas: replicas.filter(({ service }) => ['web', 'base'].includes(service)) },
    };
    const { steps, notes } = planUp(before);
    expect({ steps, notes }).toEqual({ steps: [], notes: ['web is replaced if what db gives it changed'] });
    expect(planUp({ ...before, ...given('old') })).toMatchObject({ steps: [], notes: [] });
    const made = planUp({ ...before, ...given('new') }).steps.filter(({ kind }) => kind === 'create-replica');
    expect(made.map(({ subject }) => subject)).toMatchObject([{ service: 'web' }]);
  });

  test('give variables to direct dependents only, over what the file says, and hash with them', () => {
    const file = project({
      web: { environment: { A: '1', DB_URL: 'old' }, depends_on: { db: started } },
      far: {},
      db: provider(),
    });
    const given = withProvided(file, { db: { DB_URL: 'new' } }, ({ environment }) => JSON.stringify(environment));
    expect(given.services['web']?.environment).toEqual({ A: '1', DB_URL: 'new' });
    expect(given.configHashes['web']).toBe('{"A":"1","DB_URL":"new"}');
    expect({ far: given.services['far'], hash: given.configHashes['far'] }).toEqual({
      far: file.services['far'],
      hash: file.configHashes['far'],
    });
  });

  test('end after those that need them and before what they need', () => {
    expect(renderPlan(planDown(input)).split('\n').slice(0, -1)).toMatchInlineSnapshot(`
      [
        "~   #1 service:web:1, stop-replica, down was asked for",
        "-   #2 service:web:1, remove-replica, down was asked for (after #1)",
        "-   #3 service:db, end-provider, down was asked for (after #2)",
        "~   #4 service:base:1, stop-replica, down was asked for (after #1, #3)",
        "-   #5 service:base:1, remove-replica, down was asked for (after #4)",
        "-   #6 service:vault, end-provider, down was asked for (after #3)",
        "-   #7 network:back, remove-network, down was asked for",
        "-   #8 network:default, remove-network, down was asked for (after #2, #5)",
        "6 to remove",
      ]
    `);
  });

  test('stop in the same order, those that are named', () => {
    expect(renderPlan(planStop(input)).split('\n').slice(0, -1)).toMatchInlineSnapshot(`
      [
        "~   #1 service:web:1, stop-replica, stop was asked for",
        "~   #2 service:db, stop-provider, stop was asked for (after #1)",
        "~   #3 service:base:1, stop-replica, stop was asked for (after #1, #2)",
        "~   #4 service:vault, stop-provider, stop was asked for (after #2)",
        "4 to stop",
      ]
    `);
    expect(planStop({ ...input, options: { services: ['base'] } }).steps.map(({ kind }) => kind)).toEqual(['stop-replica']);
  });

  test('of services that are not named stay as they are', () => {
    expect(planDown({ ...input, options: { services: ['web'] } }).steps.map(({ kind }) => kind)).not.toContain('end-provider');
    const first = planImages({ ...input, options: { ...options, services: ['web'], noDeps: true } });
    expect(first.steps.map(({ kind }) => kind)).toEqual(['pull-image']);
    expect(planStart({ ...input }).steps).toEqual([]);
  });
});

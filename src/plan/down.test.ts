import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Observed } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import type { Project } from '#model/project.ts';
import { dependenciesOf } from './dependencies.ts';
import { planDown } from './down.ts';
import { hydrateProject } from './hydrate.ts';
import type { DownOptions } from './options.ts';
import { randomProject } from './random-project.test-support.ts';
import { renderPlan } from './render.ts';
import { observed, project, replica, running } from './sample.test-support.ts';
import { SimulatedEngine, isUp, performPlan } from './simulate.test-support.ts';
import { planUp } from './up.ts';

const down = (wanted: Project, seen: Observed, options: DownOptions = {}): Plan =>
  planDown({ project: wanted, observed: seen, musterHashes: {}, options });
const text = (plan: Plan): string => `\n${renderPlan(plan).split('\n').slice(0, -1).join('\n')}\n`;
const things = (plan: Plan, kind: string): string[] =>
  plan.steps.flatMap((step) =>
    step.kind === kind
      ? 'name' in step.subject
        ? step.subject.name
        : 'reference' in step.subject
          ? step.subject.reference
          : []
      : [],
  );

const shop = project({
  db: { volumes: [{ type: 'volume', source: 'data', target: '/data' }] },
  web: { build: { context: '.' }, image: undefined, depends_on: { db: { condition: 'service_started', required: true } } },
});

test('dependents stop before what they depend on, networks go last, volumes stay', () => {
  expect(text(down(shop, running(shop)))).toMatchInlineSnapshot(`
    "
    ~   #1 service:web:1, stop-replica, down was asked for
    -   #2 service:web:1, remove-replica, down was asked for (after #1)
    ~   #3 service:db:1, stop-replica, down was asked for (after #1)
    -   #4 service:db:1, remove-replica, down was asked for (after #3)
    -   #5 network:back, remove-network, down was asked for
    -   #6 network:default, remove-network, down was asked for (after #2, #4)
    4 to remove
    "
  `);
});

test('a volume is only removed with --volumes, and only one that the project made and nobody else uses', () => {
  const seen = running(shop);
  const more = [...seen.volumes, { runtime: 'docker', name: 'shop_old', key: 'old', configHash: '', ours: true }];
  expect(things(down(shop, { ...seen, volumes: more }), 'remove-volume')).toEqual([]);
  expect(things(down(shop, { ...seen, volumes: more }, { volumes: true }), 'remove-volume')).toEqual(['shop_data']);
  const foreign = seen.volumes.map((volume) => ({ ...volume, ours: false }));
  expect(things(down(shop, { ...seen, volumes: foreign }, { volumes: true }), 'remove-volume')).toEqual([]);
  const external = { ...shop, volumes: { data: { name: 'shop_data', external: true } } };
  expect(things(down(external, seen, { volumes: true }), 'remove-volume')).toEqual([]);
  const kept = down(shop, seen, { volumes: true, services: ['web'] });
  expect(things(kept, 'remove-volume')).toEqual([]);
  expect(kept.notes).toContain('volume shop_data is kept: shop-db-1 uses it');
});

test('a named service goes alone; what others still use stays', () => {
  const plan = down(shop, running(shop), { services: ['web'] });
  expect(things(plan, 'remove-replica')).toEqual(['shop-web-1']);
  expect(things(plan, 'remove-network')).toEqual(['shop_back']);
});

test('one-off replicas go with their service, orphans only when asked', () => {
  const seen = running(shop);
  const more = [
    ...seen.replicas,
    replica(shop, 'web', 0, { oneOff: true, name: 'shop-web-run-7', id: '7'.repeat(64) }),
    replica(shop, 'gone'),
  ];
  expect(things(down(shop, { ...seen, replicas: more }), 'remove-replica')).toEqual([
    'shop-web-run-7',
    'shop-web-1',
    'shop-db-1',
  ]);
  expect(things(down(shop, { ...seen, replicas: more }, { removeOrphans: true }), 'remove-replica')).toContain('shop-gone-1');
});

test('--rmi local removes what was built without a name of its own, --rmi all every image', () => {
  expect(things(down(shop, running(shop), { removeImages: 'local' }), 'remove-image')).toEqual(['shop-web']);
  expect(things(down(shop, running(shop), { removeImages: 'all' }), 'remove-image')).toEqual(['app', 'shop-web']);
});

test('with nothing there the plan is empty and says so', () => {
  expect(down(shop, observed())).toMatchObject({ steps: [], notes: ['nothing of project shop is there to remove'] });
});

test('down without the file removes what labels tell of, in dependency order', () => {
  const seen = running(shop, (each) =>
    each.service === 'web' ? { labels: { 'com.docker.compose.depends_on': 'db:service_started:false' } } : {},
  );
  const plan = down(hydrateProject(seen), seen, { volumes: true });
  expect(things(plan, 'stop-replica')).toEqual(['shop-web-1', 'shop-db-1']);
  expect(things(plan, 'remove-network')).toEqual(['shop_back', 'shop_default']);
  expect(things(plan, 'remove-volume')).toEqual(['shop_data']);
});

test('whatever is there, down leaves nothing of it but volumes, and never stops a service before its dependents', () => {
  fc.assert(
    fc.property(randomProject, fc.infiniteStream(fc.nat(1000)), fc.boolean(), (wanted, picks, volumes) => {
      const engine = new SimulatedEngine();
      const pick = (choices: number): number => (picks.next().value ?? 0) % choices;
      performPlan(engine, planUp({ project: wanted, observed: engine.observe(wanted), musterHashes: {} }), wanted, { pick });
      const made = engine.volumes.length;
      performPlan(engine, down(wanted, engine.observe(wanted), { volumes }), wanted, {
        pick,
        check: ({ kind, subject }) => {
          if (kind !== 'stop-replica' || subject.type !== 'replica') return;
          for (const [name, other] of Object.entries(wanted.services))
            if (subject.service in dependenciesOf(other))
              expect(engine.replicas.filter((each) => each.service === name && isUp(each))).toEqual([]);
        },
      });
      expect(engine.replicas).toEqual([]);
      expect(engine.networks).toEqual([]);
      expect(engine.volumes).toHaveLength(volumes ? 0 : made);
    }),
  );
});

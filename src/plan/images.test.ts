import { expect, test } from 'vitest';
import type { ObservedImage } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import type { Service } from '#model/project.ts';
import { combinePlans } from './combine.ts';
import { planBuild, planImages, planPull } from './images.ts';
import type { ImageOptions } from './options.ts';
import { renderPlan } from './render.ts';
import { observed, project, running } from './sample.test-support.ts';
import { planUp } from './up.ts';

const now = 1_000_000;
const here: ObservedImage = { id: 'sha256:1', repoDigests: [], taggedAt: now - 90_000 };
const build = { context: '.' };
const steps = (plan: Plan): string[] =>
  plan.steps.map(({ kind, subject }) => `${kind} ${subject.type === 'image' ? subject.reference : ''}`);

function needed(service: Partial<Service>, image: ObservedImage | null, options: Partial<ImageOptions> = {}): string[] {
  const wanted = project({ web: service });
  const images = { docker: { [service.image ?? 'shop-web']: image } };
  return steps(planImages({ project: wanted, observed: observed({ images }), musterHashes: {}, options: { now, ...options } }));
}

test.each<[string, Partial<Service>, ObservedImage | null, Partial<ImageOptions>, string[]]>([
  ['what is here stays', { image: 'app' }, here, {}, []],
  ['what is missing is pulled', { image: 'app' }, null, {}, ['pull-image app']],
  ['never means never', { image: 'app', pull_policy: 'never' }, null, {}, []],
  ['always pulls what is here', { image: 'app', pull_policy: 'always' }, here, {}, ['pull-image app']],
  ['--pull wins over the file', { image: 'app', pull_policy: 'never' }, here, { pull: 'always' }, ['pull-image app']],
  ['if_not_present is missing', { image: 'app', pull_policy: 'if_not_present' }, here, {}, []],
  ['daily pulls what is older than a day', { image: 'app', pull_policy: 'daily' }, here, {}, ['pull-image app']],
  ['weekly leaves what is a day old', { image: 'app', pull_policy: 'weekly' }, here, {}, []],
  ['every_12h is half a day', { image: 'app', pull_policy: 'every_12h' }, here, {}, ['pull-image app']],
  ['what can be built is built when missing', { build, image: undefined }, null, {}, ['build-image shop-web']],
  ['what was built stays', { build, image: undefined }, here, {}, []],
  ['--build builds what is here', { build, image: undefined }, here, { build: true }, ['build-image shop-web']],
  ['pull_policy build builds what is here', { build, image: 'app', pull_policy: 'build' }, here, {}, ['build-image app']],
  ['--no-build leaves it to the registry', { build, image: 'app' }, null, { noBuild: true }, ['pull-image app']],
  ['a service scaled to none needs nothing', { image: 'app', scale: 0 }, null, {}, []],
])('%s', (_, service, image, options, expected) => {
  expect(needed(service, image, options)).toEqual(expected);
});

test('a service with neither image nor build is an error', () => {
  expect(() => needed({ image: undefined }, null)).toThrow(expect.objectContaining({ code: 'COMPOSE_INVALID' }));
});

test('an image that several services share is pulled once, and not at all when one of them builds it', () => {
  const images = (services: Parameters<typeof project>[0]): string[] =>
    steps(planImages({ project: project(services), observed: observed(), musterHashes: {}, options: { now } }));
  expect(images({ a: { image: 'app' }, b: { image: 'app' } })).toEqual(['pull-image app']);
  expect(images({ a: { image: 'app' }, b: { image: 'app', build } })).toEqual(['build-image app']);
});

test('a build that starts from another service’s image comes after that one’s', () => {
  const wanted = project({
    app: { build: { context: '.', additional_contexts: { base: 'service:base' } }, image: undefined },
    base: { build, image: undefined },
  });
  const plan = planBuild({
    project: wanted,
    observed: observed(),
    musterHashes: {},
    options: { services: ['app'], noCache: true },
  });
  expect(plan.steps.map((step) => [step.subject.type === 'image' && step.subject.reference, step.after])).toEqual([
    ['shop-base', []],
    ['shop-app', [1]],
  ]);
});

test('pull takes every image that can be pulled; failures of buildable ones do not matter', () => {
  const wanted = project({
    a: { image: 'a' },
    b: { image: 'b', build },
    c: { image: undefined, build },
    d: { image: 'd', pull_policy: 'never' },
  });
  const plan = planPull({ project: wanted, observed: observed(), musterHashes: {} });
  expect(plan.steps.map((step) => [step.subject.type === 'image' && step.subject.reference, step.options])).toEqual([
    ['a', {}],
    ['b', { ignoreFailure: true }],
  ]);
  expect(
    steps(planPull({ project: wanted, observed: observed(), musterHashes: {}, options: { ignoreBuildable: true } })),
  ).toEqual(['pull-image a']);
  const seen = observed({ images: { docker: { a: here } } });
  expect(steps(planPull({ project: wanted, observed: seen, musterHashes: {}, options: { policy: 'missing' } }))).toEqual([
    'pull-image b',
  ]);
});

test('shown as one plan, image steps come first, makers wait for them, and it says whom a new image would replace', () => {
  const wanted = project({ web: { build, image: undefined, scale: 2 }, db: { image: 'db' } });
  const seen = running(wanted, (each) => (each.number === 2 ? null : {}));
  const images = planImages({
    project: wanted,
    observed: seen,
    musterHashes: {},
    options: { now, build: true, services: ['web'] },
  });
  const plan = combinePlans(images, planUp({ project: wanted, observed: seen, musterHashes: {} }), wanted);
  expect(`\n${renderPlan(plan).split('\n').slice(0, -1).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    +   #1 image:shop-web, build-image, --build
    +   #2 service:web:2, create-replica, scale 1 -> 2 (after #1)
    ~   #3 service:web:2, start-replica, it is new (after #2)
    !   shop-web-1 will be replaced if the new image differs
    1 to build, 1 to create, 2 unchanged
    "
  `);
});

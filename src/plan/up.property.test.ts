import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultRules, runtimeNameOf } from '#model/placement.ts';
import type { Plan, Step } from '#model/plan.ts';
import type { Project } from '#model/project.ts';
import type { UpOptions } from './options.ts';
import { randomProject } from './random-project.test-support.ts';
import { renderPlan } from './render.ts';
import { wantedReplicas } from './scale.ts';
import { SimulatedEngine, checkDependencies, isJob, isUp, performPlan, simulatedRuntimes } from './simulate.test-support.ts';
import { planUp } from './up.ts';

const runs = { numRuns: 300 };

/** An engine that an earlier, perhaps interrupted `up` of another version left behind, with some replicas ended since. */
const history = fc.record({
  before: fc.array(fc.record({ project: randomProject, share: fc.integer({ min: 0, max: 100 }) }), { maxLength: 2 }),
  ended: fc.array(fc.nat(10), { maxLength: 2 }),
  picks: fc.infiniteStream(fc.nat(1000)),
});

type Past = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

function engineAfter(past: Past): { readonly engine: SimulatedEngine; readonly pick: (choices: number) => number } {
  const engine = new SimulatedEngine();
  const pick = (choices: number): number => (past.picks.next().value ?? 0) % Math.max(1, choices);
  for (const { project, share } of past.before) {
    const plan = up(engine, project);
    performPlan(engine, plan, project, { pick, count: Math.ceil((plan.steps.length * share) / 100) });
  }
  for (const index of past.ended)
    engine.replicas = engine.replicas.map((replica, at) =>
      at === index && isUp(replica) ? { ...replica, state: 'exited', exitCode: 137, health: 'none' } : replica,
    );
  return { engine, pick };
}

function up(engine: SimulatedEngine, project: Project, options: UpOptions = {}): Plan {
  const observed = engine.observe(project);
  return planUp({
    project,
    observed,
    musterHashes: {},
    runtimes: simulatedRuntimes,
    options: { removeOrphans: true, ...options },
  });
}

/** Nothing to do, save starting jobs that have ended, as Docker Compose does. */
function expectNothingLeft(engine: SimulatedEngine, project: Project): void {
  const again = up(engine, project);
  const startsJob = (step: Step): boolean =>
    step.kind === 'start-replica' && step.subject.type === 'replica' && isJob(project.services[step.subject.service] ?? null);
  // A job that waits for another job waits again.
  const rest = again.steps.filter(
    (step) => !startsJob(step) && !(step.kind === 'wait-dependency' && again.steps.some(startsJob)),
  );
  expect(rest.map((step) => `${step.kind} ${JSON.stringify(step.subject)}: ${step.cause}`)).toEqual([]);
  for (const [name, service] of Object.entries(project.services)) {
    const own = engine.replicas.filter((replica) => replica.service === name);
    expect(
      own.map((replica) => replica.state),
      name,
    ).toEqual(Array.from({ length: wantedReplicas(service, name) }, () => (isJob(service) ? 'exited' : 'running')));
    for (const replica of own) expect(replica.name).not.toMatch(/^[0-9a-f]{12}_/);
  }
}

test('applying a plan and planning again leaves nothing, in whatever legal order it is applied', () => {
  fc.assert(
    fc.property(history, randomProject, (past, project) => {
      const { engine, pick } = engineAfter(past);
      performPlan(engine, up(engine, project), project, { pick });
      expectNothingLeft(engine, project);
    }),
    runs,
  );
});

test('a run that is interrupted after any step is completed by the next one', () => {
  fc.assert(
    fc.property(history, randomProject, fc.integer({ min: 0, max: 100 }), (past, project, share) => {
      const { engine, pick } = engineAfter(past);
      const plan = up(engine, project);
      performPlan(engine, plan, project, { pick, count: Math.floor((plan.steps.length * share) / 100) });
      performPlan(engine, up(engine, project), project, { pick });
      expectNothingLeft(engine, project);
    }),
    runs,
  );
});

test('a forced recreation is applicable too, and replaces every replica', () => {
  fc.assert(
    fc.property(history, randomProject, (past, project) => {
      const { engine, pick } = engineAfter(past);
      const before = new Set(engine.replicas.map((replica) => replica.id));
      performPlan(engine, up(engine, project, { recreate: 'force' }), project, { pick });
      for (const replica of engine.replicas) expect(before).not.toContain(replica.id);
      expectNothingLeft(engine, project);
    }),
    runs,
  );
});

test('a replica starts only when everything that its service depends on is ready', () => {
  fc.assert(
    fc.property(history, randomProject, fc.constantFrom('diverged' as const, 'force' as const), (past, project, recreate) => {
      const { engine, pick } = engineAfter(past);
      performPlan(engine, up(engine, project, { recreate }), project, {
        pick,
        check: (step) => checkDependencies(engine, step, project.services),
      });
    }),
    runs,
  );
});

test('never more replicas run than are wanted or were there, and at most one is made beside each that is replaced', () => {
  fc.assert(
    fc.property(history, randomProject, fc.constantFrom('diverged' as const, 'force' as const), (past, project, recreate) => {
      const { engine, pick } = engineAfter(past);
      const running = (service: string): number =>
        engine.replicas.filter((replica) => replica.service === service && isUp(replica)).length;
      const limits = Object.entries(project.services).map(([name, service]) => ({
        name,
        limit: Math.max(wantedReplicas(service, name), running(name)),
      }));
      const plan = up(engine, project, { recreate });
      performPlan(engine, plan, project, {
        pick,
        check: () => {
          for (const { name, limit } of limits) {
            expect(running(name)).toBeLessThanOrEqual(limit);
            const numbers = engine.replicas.filter((replica) => replica.service === name).map((replica) => replica.number);
            for (const number of numbers) expect(numbers.filter((each) => each === number).length).toBeLessThanOrEqual(2);
          }
        },
      });
    }),
    runs,
  );
});

test('up never removes a volume that nobody agreed to lose', () => {
  fc.assert(
    fc.property(history, randomProject, fc.constantFrom('v', 'changed'), (past, project, volumeHash) => {
      const { engine } = engineAfter(past);
      const plan = up(engine, { ...project, volumeHashes: { data: volumeHash } });
      expect(plan.steps.filter((step) => step.kind === 'remove-volume' || step.options.removeVolumes === true)).toEqual([]);
    }),
    runs,
  );
});

test('a volume whose loss was agreed to is made anew, with everything that uses it', () => {
  fc.assert(
    fc.property(history, randomProject, (past, project) => {
      const { engine, pick } = engineAfter(past);
      performPlan(engine, up(engine, project), project, { pick });
      const changed = { ...project, volumeHashes: { data: 'changed' } };
      performPlan(engine, up(engine, changed, { recreateVolumes: ['data'] }), changed, { pick });
      for (const service of Object.values(project.services)) {
        const runtime = runtimeNameOf(project, service, defaultRules);
        if ((service.volumes ?? []).length === 0 || simulatedRuntimes[runtime]?.volumes !== true) continue;
        const own = engine.volumes.filter((volume) => volume.runtime === runtime);
        expect(own.map((volume) => volume.configHash)).toEqual(['changed']);
      }
      expectNothingLeft(engine, changed);
    }),
    runs,
  );
});

test('the same input gives the same text and the same digest, whatever the order in which things were observed', () => {
  fc.assert(
    fc.property(history, randomProject, (past, project) => {
      const { engine } = engineAfter(past);
      const first = up(engine, project);
      engine.replicas = engine.replicas.toReversed();
      const second = up(engine, project);
      expect(renderPlan(second)).toBe(renderPlan(first));
      expect(second.digest).toBe(first.digest);
    }),
    runs,
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MusterError } from '#lib/errors.ts';
import type { StepEvent } from '#model/event.ts';
import type { Plan } from '#model/plan.ts';
import { projectOf } from '#plan/random-project.test-support.ts';
import { type ApplyOptions, type ApplyResult, applyPlan } from './apply-plan.ts';
import { type FakeRuntime, fakeRuntime, planOf } from './fake-runtime.test-support.ts';

function apply(plan: Plan, runtime: FakeRuntime, options: Partial<ApplyOptions> = {}): Promise<ApplyResult> {
  return applyPlan(plan, {
    runtimes: new Map([['docker', runtime]]),
    project: projectOf({}),
    sources: new Map(),
    musterHashes: {},
    signal: new AbortController().signal,
    ...options,
  });
}

const statuses = (result: ApplyResult): string[] => result.steps.map((step) => step.status);
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

/** Every step waits for some earlier ones. */
const graph = fc
  .array(fc.array(fc.nat(1000), { maxLength: 3 }), { maxLength: 40 })
  .map((afters) => afters.map((after, index) => (index === 0 ? [] : [...new Set(after.map((each) => (each % index) + 1))])));

test('every step runs once, after all that it comes after, and never more at once than allowed', async () => {
  await fc.assert(
    fc.asyncProperty(graph, fc.integer({ min: 1, max: 8 }), fc.infiniteStream(fc.nat(5)), async (afters, concurrency, delays) => {
      const done = new Set<number>();
      const runtime = fakeRuntime(async (step) => {
        for (const id of step.after) expect(done).toContain(id);
        await turns(delays.next().value ?? 0);
        done.add(step.id);
        return {};
      });
      const result = await apply(planOf(afters), runtime, { concurrency });
      expect(result.result).toBe('succeeded');
      expect(runtime.performed).toHaveLength(afters.length);
      expect(runtime.mostAtOnce).toBeLessThanOrEqual(concurrency);
    }),
  );
});

test('a failure skips what needs it, with the reason; everything else is done, and all failures are reported', async () => {
  await fc.assert(
    fc.asyncProperty(graph, fc.array(fc.nat(39), { maxLength: 3 }), async (afters, failing) => {
      const runtime = fakeRuntime(async (step) => {
        if (failing.includes(step.id - 1)) throw new MusterError('STEP_FAILED', `no ${step.id}`);
        return {};
      });
      const result = await apply(planOf(afters), runtime);
      const bad = new Set<number>();
      for (const [index, after] of afters.entries()) {
        const expected = after.some((id) => bad.has(id)) ? 'skipped' : failing.includes(index) ? 'failed' : 'done';
        if (expected !== 'done') bad.add(index + 1);
        expect(result.steps[index]?.status).toBe(expected);
      }
      expect(result.left.map((step) => step.id)).toEqual([...bad]);
      expect(result.errors).toHaveLength(statuses(result).filter((status) => status === 'failed').length);
      expect(result.result).toBe(bad.size > 0 ? 'failed' : 'succeeded');
    }),
  );
});

test('a skipped step says what failed before it', async () => {
  const runtime = fakeRuntime(async (step) => {
    if (step.id === 1) throw new MusterError('IMAGE_MISSING', 'no image');
    return {};
  });
  const result = await apply(planOf([[], [1]]), runtime);
  expect(result.steps[1]?.error?.message).toBe('start of shop-s-1 failed');
});

test('the signal starts nothing new, reaches what runs, and the result says what is left', async () => {
  const abort = new AbortController();
  const runtime = fakeRuntime(
    (step, { signal }) =>
      new Promise((resolve, reject) => {
        if (step.id === 1 || step.id === 5) return resolve({});
        signal.addEventListener('abort', () => reject(new MusterError('CANCELLED', 'cancelled')));
        if (step.id === 3) abort.abort();
      }),
  );
  const result = await apply(planOf([[], [1], [1], [2], []]), runtime, { signal: abort.signal, concurrency: 2 });
  expect(result.result).toBe('cancelled');
  expect(statuses(result)).toEqual(['done', 'cancelled', 'cancelled', 'not-started', 'done']);
  expect(result.left.map((step) => step.id)).toEqual([2, 3, 4]);
});

test('a signal that fired before anything began leaves everything', async () => {
  const runtime = fakeRuntime();
  const result = await apply(planOf([[]]), runtime, { signal: AbortSignal.abort() });
  expect(result.result).toBe('cancelled');
  expect(runtime.performed).toEqual([]);
});

test('waits take no slot: work goes on beside any number of them', async () => {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const runtime = fakeRuntime(async (step) => {
    if (step.kind === 'wait-dependency') await released;
    else release();
    return {};
  });
  const result = await apply(planOf([[], [], []], { 1: 'wait-dependency', 2: 'wait-dependency' }), runtime, { concurrency: 1 });
  expect(result.result).toBe('succeeded');
});

test('a failed wait for an optional dependency is a warning, and dependents go on', async () => {
  const events: StepEvent[] = [];
  const runtime = fakeRuntime(async (step) => {
    if (step.kind === 'wait-dependency') throw new MusterError('DEPENDENCY_FAILED', 'cache is unhealthy');
    return {};
  });
  const plan = planOf([[], [1]], { 1: 'wait-dependency' }, { 1: { optional: true } });
  const result = await apply(plan, runtime, { onEvent: (event) => events.push(event) });
  expect(result.result).toBe('succeeded');
  expect(events.find((event) => event.status === 'warning')?.text).toContain('cache is unhealthy');
});

test('later steps of a replica that the plan makes find its handle', async () => {
  const runtime = fakeRuntime(async (step) => (step.kind === 'create-replica' ? { replicaId: 'fresh' } : {}));
  const plan = planOf([[], [1]], { 1: 'create-replica' });
  const steps = plan.steps.map((step) => ({
    ...step,
    subject: { type: 'replica', service: 's', number: 1, name: 'shop-s-1', id: null } as const,
  }));
  await apply({ ...plan, steps }, runtime);
  expect(runtime.performed[1]?.subject).toMatchObject({ id: 'fresh' });
});

test('anything that is no MusterError is kept as the cause and fails its step only', async () => {
  const bug = new TypeError('x is not a function');
  const runtime = fakeRuntime(async (step) => {
    if (step.id === 1) throw bug;
    return {};
  });
  const result = await apply(planOf([[], []]), runtime);
  expect(result.errors[0]).toMatchObject({ code: 'STEP_FAILED', cause: bug });
  expect(statuses(result)).toEqual(['failed', 'done']);
});

test('of two ready steps the one with more behind it goes first', async () => {
  const runtime = fakeRuntime();
  await apply(planOf([[], [], [2], [3]]), runtime, { concurrency: 1 });
  expect(runtime.performed.map((step) => step.id)).toEqual([2, 3, 1, 4]);
});

test('five thousand steps are no burden', async () => {
  const runtime = fakeRuntime();
  const startedAt = performance.now();
  const result = await apply(planOf(Array.from({ length: 5000 }, (_, index) => (index % 100 === 0 ? [] : [index]))), runtime);
  expect(result.result).toBe('succeeded');
  // Generous, so that a busy machine passes: quadratic work would take many times as long.
  expect(performance.now() - startedAt).toBeLessThan(3000);
});

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MusterError } from '#lib/errors.ts';
import type { Observed } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import { planImages } from '#plan/images.ts';
import { project } from '#plan/sample.test-support.ts';
import { SimulatedEngine } from '#plan/simulate.test-support.ts';
import { planDown } from '#plan/down.ts';
import { planUp } from '#plan/up.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { type ChangeRequest, change } from './change.ts';
import { type FakeRuntime, fakeRuntime } from './fake-runtime.test-support.ts';
import { listReceipts } from './receipts.ts';
import { verifyReceipts } from './verify-receipts.ts';

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'muster-change-'));
});
afterEach(() => rm(stateDirectory, { recursive: true }));

const shop = project({
  db: {},
  web: { environment: { TOKEN: 'hunter2' }, depends_on: { db: { condition: 'service_started', required: true } } },
});

/** A simulated engine behind the seam; `images` is what it has of them. */
function world(images: Record<string, string> = { app: 'sha256:image' }) {
  const engine = new SimulatedEngine();
  const observe = (): Observed => ({
    ...engine.observe(shop),
    images: {
      docker: Object.fromEntries(Object.entries(images).map(([reference, id]) => [reference, { id, repoDigests: [] }])),
    },
  });
  const runtime = fakeRuntime(async (step) => {
    if (step.kind === 'build-image' && step.subject.type === 'image') {
      images[step.subject.reference] = 'sha256:2';
      return { imageId: 'sha256:2' };
    }
    engine.perform(step, shop);
    const made = engine.replicas.at(-1);
    return step.kind === 'create-replica' && made !== undefined ? { replicaId: made.id } : {};
  }, observe);
  return { engine, runtime };
}

const request = (runtime: ReturnType<typeof fakeRuntime>, fields: Partial<ChangeRequest> = {}): ChangeRequest => ({
  verb: 'up',
  command: 'up --detach',
  projectName: 'shop',
  project: shop,
  runtimes: new Map([['docker', runtime]]),
  stateDirectory,
  plan: planUp,
  signal: new AbortController().signal,
  ...fields,
});

test('a change is applied and leaves a receipt of what was done, without any secret', async () => {
  const { engine, runtime } = world();
  const result = await change(request(runtime));
  expect(result).toMatchObject({ outcome: 'succeeded', errors: [], left: [] });
  expect(engine.replicas.map((replica) => replica.state)).toEqual(['running', 'running']);
  expect(result.receipt).toMatchObject({
    sequence: 1,
    verb: 'up',
    command: 'up --detach',
    result: 'succeeded',
    planDigests: [result.plan.digest],
    inputs: { images: { app: 'sha256:image' } },
  });
  expect(result.receipt?.steps.map((step) => step.status)).toEqual(result.plan.steps.map(() => 'done'));
  expect(JSON.stringify(result.receipt)).not.toContain('hunter2');
});

test('--dry-run changes nothing, takes no lock and leaves no receipt', async () => {
  const { engine, runtime } = world();
  const result = await change(request(runtime, { dryRun: true }));
  expect(result.outcome).toBe('planned');
  expect(result.plan.steps.length).toBeGreaterThan(0);
  expect(engine.replicas).toEqual([]);
  expect(await readdir(stateDirectory)).toEqual([]);
});

describe('one engine under two names', () => {
  const called = (location: string, identity: Runtime['identity'], others: FakeRuntime): FakeRuntime => ({
    ...others,
    location,
    identity,
  });

  test('is changed by one run at a time', async () => {
    const { engine, runtime } = world();
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const here = called('unix:///var/run/docker.sock', async () => 'engine-1', runtime);
    const there = called('ssh://localhost', async () => 'engine-1', runtime);
    const first = change(
      request(here, {
        confirm: async () => {
          entered.resolve();
          await leave.promise;
          return true;
        },
      }),
    );
    await entered.promise;
    // Waits for nobody and gives up at once.
    await expect(change(request(there, { lockTimeoutMs: 0 }))).rejects.toMatchObject({ code: 'PROJECT_LOCKED' });
    const elsewhere = called('ssh://other', async () => 'engine-2', world().runtime);
    expect((await change(request(elsewhere, { lockTimeoutMs: 0 }))).outcome).toBe('succeeded');
    leave.resolve();
    expect((await first).outcome).toBe('succeeded');
    expect((await change(request(there))).plan.steps).toEqual([]);
    expect(engine.replicas).toHaveLength(2);
  });

  test('that can not be told is locked by its name', async () => {
    const { runtime } = world();
    expect((await change(request(called('tcp://proxy', async () => null, runtime)))).outcome).toBe('succeeded');
  });

  test('that does not answer is waited for once', async () => {
    const gone = new MusterError('ENGINE_LOST', 'no answer');
    const looks: string[] = [];
    const silent = called('tcp://gone', () => Promise.reject(gone), {
      ...world().runtime,
      observe: () => {
        looks.push('again');
        return Promise.reject(gone);
      },
    });
    await expect(change(request(silent))).rejects.toBe(gone);
    expect(looks).toEqual([]);
  });
});

test('a plan that is declined is not applied and leaves no receipt', async () => {
  const { runtime } = world();
  const shown: Plan[] = [];
  const result = await change(request(runtime, { confirm: async (plan) => shown.push(plan) === 0 }));
  expect(result.outcome).toBe('declined');
  expect(shown).toEqual([result.plan]);
  expect(runtime.performed).toEqual([]);
  expect(listReceipts(stateDirectory, 'shop')).toEqual([]);
});

test('images come first: what they bring is planned afterwards, and both plans stand in one receipt', async () => {
  const { engine, runtime } = world();
  await change(request(runtime));
  const before = engine.replicas.map((replica) => replica.id);
  const built = project({ ...shop.services, web: { ...shop.services['web'], build: { context: '.' } } });
  const result = await change(
    request(runtime, { project: built, images: (view) => planImages({ ...view, options: { now: 0, build: true } }) }),
  );
  // The simulated engine's replicas have another image than the new one, so that all are replaced.
  expect(result).toMatchObject({ outcome: 'succeeded', errors: [] });
  expect(result.applied).toHaveLength(2);
  expect(result.receipt?.planDigests).toEqual(result.applied.map((plan) => plan.digest));
  expect(result.receipt?.inputs.images).toEqual({ app: 'sha256:2' });
  expect(result.receipt?.steps.map((step) => step.step)).toEqual(result.receipt?.steps.map((_, index) => index + 1));
  for (const replica of engine.replicas) expect(before).not.toContain(replica.id);
});

test('what is wrong with the plan is found before the first image is built', async () => {
  const { runtime } = world();
  const wrong = request(runtime, {
    images: (view) => planImages({ ...view, options: { now: 0 } }),
    plan: () => {
      throw new MusterError('PORT_IN_USE', 'taken');
    },
  });
  await expect(change(wrong)).rejects.toThrow('taken');
  expect(runtime.performed).toEqual([]);
});

test('a failure is in the result and in the receipt, with what is left; the same change again does the rest', async () => {
  const { engine, runtime } = world();
  let broken = true;
  const failing = fakeRuntime(
    async (step, context) => {
      if (broken && step.kind === 'start-replica' && step.subject.type === 'replica' && step.subject.service === 'db')
        throw new MusterError('STEP_FAILED', 'no room');
      return runtime.perform(step, context);
    },
    () => engine.observe(shop),
  );
  const first = await change(request(failing));
  expect(first).toMatchObject({ outcome: 'failed', errors: [{ message: 'no room' }], receipt: { result: 'failed' } });
  expect(first.left.map((step) => step.kind)).toEqual(['start-replica', 'start-replica']);
  broken = false;
  expect(await change(request(failing))).toMatchObject({ outcome: 'succeeded', left: [], receipt: { sequence: 2 } });
  expect(verifyReceipts(stateDirectory, 'shop')).toMatchObject({ receipts: 2, problems: [] });
});

test('a cancelled change says what is left and leaves a receipt that says so', async () => {
  const { engine, runtime } = world();
  const abort = new AbortController();
  const cancelling = fakeRuntime(
    async (step, context) => {
      if (step.kind === 'start-replica') abort.abort();
      return runtime.perform(step, context);
    },
    () => engine.observe(shop),
  );
  const result = await change(request(cancelling, { signal: abort.signal }));
  expect(result).toMatchObject({ outcome: 'cancelled', receipt: { result: 'cancelled' } });
  expect(result.left.length).toBeGreaterThan(0);
});

test('without a file the project is what labels tell', async () => {
  const { engine, runtime } = world();
  await change(request(runtime));
  const result = await change(request(runtime, { verb: 'down', project: null, plan: planDown }));
  expect(result.outcome).toBe('succeeded');
  expect(engine.replicas).toEqual([]);
});

test('two changes of one project at once follow each other', async () => {
  const { engine, runtime } = world();
  const results = await Promise.all([change(request(runtime)), change(request(runtime))]);
  expect(results.map((result) => result.outcome)).toEqual(['succeeded', 'succeeded']);
  expect(results.map((result) => result.plan.steps.length).sort((a, b) => a - b)[0]).toBe(0);
  expect(engine.replicas).toHaveLength(2);
  expect(verifyReceipts(stateDirectory, 'shop')).toMatchObject({ receipts: 2, problems: [] });
});

test('a receipt that can not be written is an error, although everything was done', async () => {
  const { runtime } = world();
  await change(request(runtime));
  await rm(join(stateDirectory, 'receipts'), { recursive: true });
  await import('node:fs/promises').then((fs) => fs.writeFile(join(stateDirectory, 'receipts'), 'in the way'));
  const result = await change(request(runtime));
  expect(result).toMatchObject({ outcome: 'failed', receipt: null, errors: [{ code: 'STATE_DIRECTORY' }] });
});

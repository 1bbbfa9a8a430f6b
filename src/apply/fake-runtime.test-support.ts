// A runtime of numbers for tests of apply: it does what the test says and remembers what was asked.

import type { Observed } from '#model/observed.ts';
import { type Plan, type Step, type StepKind, planSchemaVersion } from '#model/plan.ts';
import type { Runtime, PerformContext, StepOutcome } from '#runtime/runtime.ts';

export type FakeRuntime = Runtime & { readonly performed: Step[]; mostAtOnce: number };

export function fakeRuntime(
  perform: (step: Step, context: PerformContext) => Promise<StepOutcome> = async () => ({}),
  observe: () => Observed = () => ({ project: 'shop', replicas: [], networks: [], volumes: [], images: {}, heldPorts: [] }),
): FakeRuntime {
  let atOnce = 0;
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  const runtime: FakeRuntime = {
    kind: 'docker',
    name: 'docker',
    traits: { images: true, networks: true, volumes: true, concurrency: 6 },
    location: 'fake:///',
    performed: [],
    mostAtOnce: 0,
    observe: async () => observe(),
    projects: unused,
    async perform(step, context) {
      if (step.kind !== 'wait-dependency') runtime.mostAtOnce = Math.max(runtime.mostAtOnce, ++atOnce);
      runtime.performed.push(step);
      try {
        return await perform(step, context);
      } finally {
        if (step.kind !== 'wait-dependency') atOnce--;
      }
    },
    logs: unused,
    events: unused,
    exec: unused,
    attach: unused,
    run: unused,
    images: unused,
    processes: unused,
    close: async () => {},
  };
  return runtime;
}

/** Step n starts replica n of service s; `after` by position. */
export function planOf(
  afters: readonly (readonly number[])[],
  kinds: Readonly<Record<number, StepKind>> = {},
  options: Readonly<Record<number, Step['options']>> = {},
): Plan {
  return {
    schemaVersion: planSchemaVersion,
    project: 'shop',
    verb: 'up',
    steps: afters.map((after, index) => ({
      id: index + 1,
      kind: kinds[index + 1] ?? 'start-replica',
      subject: { type: 'replica', service: 's', number: index + 1, name: `shop-s-${index + 1}`, id: `id-${index + 1}` },
      runtime: 'docker',
      cause: 'test',
      changes: [],
      after,
      options: options[index + 1] ?? {},
    })),
    notes: [],
    unchanged: [],
    basis: { model: '', observed: '' },
    digest: 'sha256:plan',
  };
}

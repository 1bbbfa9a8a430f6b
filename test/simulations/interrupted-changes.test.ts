// Many random lives of a project on simulated runtimes, through the whole path of a change: runs are cancelled or fail anywhere, the next one
// goes on, and in the end everything is as the file wants it, with a chain of receipts that holds.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { change } from '#apply/change.ts';
import { fakeRuntime } from '#apply/fake-runtime.test-support.ts';
import { verifyReceipts } from '#apply/verify-receipts.ts';
import { MusterError } from '#lib/errors.ts';
import type { Observed } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { randomProject } from '#plan/random-project.test-support.ts';
import { wantedReplicas } from '#plan/scale.ts';
import { SimulatedEngine, checkDependencies, isJob, simulatedRuntimes } from '#plan/simulate.test-support.ts';
import { planUp } from '#plan/up.ts';

type Life = { readonly project: Project; readonly endsAfter: number; readonly how: 'cancel' | 'fail' | 'finish' };

/** Each runtime knows its own things only. */
function seenBy(name: string, { images, ...all }: Observed): Observed {
  const isOwn = ({ runtime }: { readonly runtime: string }): boolean => runtime === name;
  return {
    ...all,
    replicas: all.replicas.filter(isOwn),
    networks: all.networks.filter(isOwn),
    volumes: all.volumes.filter(isOwn),
    images: { [name]: images[name] ?? {} },
  };
}

const life = fc.record({
  project: randomProject,
  endsAfter: fc.nat(20),
  how: fc.constantFrom('cancel' as const, 'fail' as const, 'finish' as const),
});

test('however often runs are cut short, the last one completes the project and the chain of receipts holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { maxLength: 3 }),
      randomProject,
      fc.infiniteStream(fc.nat(3)),
      async (lives, last, delays) => {
        const stateDirectory = await mkdtemp(join(tmpdir(), 'muster-simulation-'));
        try {
          const engine = new SimulatedEngine();
          const run = async ({ project, endsAfter, how }: Life) => {
            const abort = new AbortController();
            let steps = 0;
            const runtime = fakeRuntime(
              async (step) => {
                for (let turn = delays.next().value ?? 0; turn > 0; turn--) await Promise.resolve();
                if (steps++ === endsAfter && how === 'cancel') abort.abort();
                if (steps > endsAfter && how === 'fail') throw new MusterError('STEP_FAILED', 'the simulated engine is gone');
                checkDependencies(engine, step, project.services);
                engine.perform(step, project);
                const { subject } = step;
                const made = engine.replicas.findLast(
                  (each) => subject.type === 'replica' && each.service === subject.service && each.number === subject.number,
                );
                return step.kind === 'create-replica' && made !== undefined ? { replicaId: made.id } : {};
              },
              () => engine.observe(project),
            );
            const runtimes = Object.entries(simulatedRuntimes).map(([name, traits]): [string, Runtime] => [
              name,
              { ...runtime, name, traits, location: name, observe: async () => seenBy(name, engine.observe(project)) },
            ]);
            return change({
              verb: 'up',
              command: 'up --detach',
              projectName: project.name,
              project,
              runtimes: new Map(runtimes),
              stateDirectory,
              plan: (view) => planUp({ ...view, options: { removeOrphans: true } }),
              signal: abort.signal,
            });
          };
          for (const each of lives) {
            const result = await run(each);
            if (each.how === 'finish') expect(result).toMatchObject({ outcome: 'succeeded', errors: [] });
          }
          expect(await run({ project: last, endsAfter: 0, how: 'finish' })).toMatchObject({
            outcome: 'succeeded',
            errors: [],
            left: [],
          });
          for (const [name, service] of Object.entries(last.services))
            expect(engine.replicas.filter((replica) => replica.service === name).map((replica) => replica.state)).toEqual(
              Array.from({ length: wantedReplicas(service, name) }, () => (isJob(service) ? 'exited' : 'running')),
            );
          expect(verifyReceipts(stateDirectory, last.name)).toMatchObject({ receipts: lives.length + 1, problems: [] });
        } finally {
          await rm(stateDirectory, { recursive: true });
        }
      },
    ),
    { numRuns: 150 },
  );
});

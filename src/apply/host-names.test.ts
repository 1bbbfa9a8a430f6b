import { expect, test } from 'vitest';
import type { HostNames } from '#model/host-names.ts';
import { observed, project, replica, twoHosts } from '#plan/sample.test-support.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { type Runtimes, applyPlan } from './apply-plan.ts';
import { fakeRuntime, planOf } from './fake-runtime.test-support.ts';
import { tellNames } from './host-names.ts';

const shop = project({ web: { 'x-muster': { runtime: 'process' } }, db: {} });
const quiet = { project: shop, sources: new Map(), musterHashes: {}, signal: new AbortController().signal };

/** db comes up at another address with each step of its engine; what the native runtime hears of it. */
function world(): { runtimes: Runtimes; heard: (string | undefined)[]; looks: () => number } {
  let [address, looks] = [1, 0];
  const heard: (string | undefined)[] = [];
  const hear = (names: HostNames | undefined): void => {
    heard.push(names?.['db']?.join());
  };
  const docker = fakeRuntime(
    async () => {
      address++;
      return {};
    },
    () => {
      looks++;
      const addresses = [{ network: 'shop_default', ip: `172.18.0.${address}`, gateway: '' }];
      return observed({ replicas: [replica(shop, 'db', 1, { networks: ['shop_default'], addresses })] });
    },
  );
  const native: Runtime = {
    ...fakeRuntime(async (_, { hostNames }) => {
      hear(hostNames);
      return {};
    }),
    name: 'process',
    traits: twoHosts['process'] as Runtime['traits'],
    tellNames: async (_, names) => hear(names),
  };
  const runtimes = new Map<string, Runtime>([
    ['docker', docker],
    ['process', native],
  ]);
  return { runtimes, heard, looks: () => looks };
}

test('what starts natively knows the addresses of the moment; they are looked at again only after containers changed', async () => {
  const { runtimes, heard, looks } = world();
  const plan = planOf([[], [1], [2], [3], [4]]);
  const steps = plan.steps.map((step) => ({ ...step, runtime: step.id === 1 || step.id === 4 ? 'docker' : 'process' }));
  expect((await applyPlan({ ...plan, steps }, { ...quiet, runtimes })).result).toBe('succeeded');
  expect(heard).toEqual(['172.18.0.2', '172.18.0.2', '172.18.0.3']);
  expect(looks()).toBe(2);
});

test('who can be told is told, the others are not even looked at for it', async () => {
  const { runtimes, heard } = world();
  await tellNames({ ...quiet, runtimes });
  expect(heard).toEqual(['172.18.0.1']);
  const alone = world();
  await tellNames({ ...quiet, runtimes: new Map([...alone.runtimes].filter(([name]) => name === 'docker')) });
  expect(alone.looks()).toBe(0);
});

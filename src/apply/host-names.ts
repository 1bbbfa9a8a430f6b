// What services of a project that share their host's network call each other, and the containers beside them.

import type { HostNames } from '#model/host-names.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { Project } from '#model/project.ts';
import { hasContainers, hostNames, runtimesBeside } from '#plan/host-names.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { observeAll } from './observe-all.ts';
import { traitsOf } from './traits-of.ts';

type World = {
  readonly project: Project;
  readonly placement?: PlacementRules;
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly signal: AbortSignal;
};

/** As replicas of the runtime called `name` are to know them now; null: they have nobody to find, or networks of their own for that. */
export async function namesFor(name: string, { project, placement, runtimes, signal }: World): Promise<HostNames | null> {
  // It has other ways, and looking takes time.
  if (runtimes.get(name)?.tellNames === undefined) return null;
  const traits = traitsOf(runtimes);
  const beside = runtimesBeside(name, { runtimes: traits });
  if (!hasContainers(beside, { runtimes: traits })) return null;
  const asked = beside.flatMap((each) => runtimes.get(each) ?? []);
  const observed = await observeAll(asked, { project: project.name, only: 'replicas', signal });
  return hostNames(name, { project, placement, observed, runtimes: traits });
}

/** Tells all that run; what a command did may have changed the address of anybody. */
export async function tellNames(world: World): Promise<void> {
  const { project, runtimes, signal } = world;
  await Promise.all(
    [...runtimes.values()].map(async (runtime) => {
      const names = await namesFor(runtime.name, world);
      if (names !== null) await runtime.tellNames?.(project.name, names, { signal });
    }),
  );
}

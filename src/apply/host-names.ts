// What services of a project that share their host's network call each other, and the containers beside them.

import type { HostNames } from '#model/host-names.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { Project } from '#model/project.ts';
import { hasContainers, hostNames, runtimesBeside } from '#plan/host-names.ts';
import { hostServices, servicesElsewhere } from '#plan/neighbours.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { hostAddresses } from './host-addresses.ts';
import { observeAll } from './observe-all.ts';
import { traitsOf } from './traits-of.ts';

type World = {
  readonly project: Project;
  readonly placement?: PlacementRules;
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly signal: AbortSignal;
};

/** As containers of the runtime called `name` are told names that their networks don't know. */
export async function hostServicesFor(
  name: string,
  { project, placement, runtimes }: Omit<World, 'signal'>,
): Promise<Readonly<Record<string, string>>> {
  const traits = traitsOf(runtimes);
  return hostServices(name, { project, placement, runtimes: traits }, await hostAddresses(traits));
}

/** As replicas of the runtime called `name` are to know them now; null: they have nobody to find, or networks of their own for that. */
export async function namesFor(name: string, { project, placement, runtimes, signal }: World): Promise<HostNames | null> {
  // It has other ways, and looking takes time.
  if (runtimes.get(name)?.tellNames === undefined) return null;
  const traits = traitsOf(runtimes);
  const beside = runtimesBeside(name, { runtimes: traits });
  const addresses = await hostAddresses(traits);
  const elsewhere = servicesElsewhere(name, { project, placement, runtimes: traits }, addresses);
  if (elsewhere.length === 0 && !hasContainers(beside, { runtimes: traits })) return null;
  const asked = beside.flatMap((each) => runtimes.get(each) ?? []);
  const observed = await observeAll(asked, { project: project.name, only: 'replicas', signal });
  return hostNames(name, { project, placement, observed, runtimes: traits, addresses });
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

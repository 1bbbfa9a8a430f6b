// References to addresses (`${service:db.ip}`) get their values when a replica is made: only then all that it refers to runs.

import { throwAll } from '#lib/errors.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { Project } from '#model/project.ts';
import { referencesIn } from '#model/reference.ts';
import { unresolved } from '#plan/addresses.ts';
import { resolvedService } from '#plan/known-addresses.ts';
import { musterHashWith } from '#plan/muster-hashes.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { observeAll } from './observe-all.ts';
import { traitsOf } from './traits-of.ts';

type Made = {
  readonly project: Project;
  readonly musterHashes: Readonly<Record<string, string>>;
  readonly placement?: PlacementRules;
};

/** The project with the addresses that `service` refers to put in. Throws REFERENCE_UNRESOLVED for each that there is none for. */
export async function putAddresses(
  service: string,
  { project, musterHashes, placement }: Made,
  runtimes: ReadonlyMap<string, Runtime>,
  signal: AbortSignal,
): Promise<Omit<Made, 'placement'>> {
  if (referencesIn(project.services[service]).length === 0) return { project, musterHashes };
  const observed = await observeAll(runtimes.values(), { project: project.name, signal });
  const found = resolvedService(service, { project, observed, runtimes: traitsOf(runtimes), placement });
  throwAll(found.missing.map(({ reference, why }) => unresolved(service, reference, why)));
  return {
    project: { ...project, services: { ...project.services, [service]: found.service } },
    musterHashes: { ...musterHashes, [service]: musterHashWith(musterHashes[service] ?? '', found.values) },
  };
}

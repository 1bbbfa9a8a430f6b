// One engine, or one agent, that is reached under several names (`docker` and `docker@ssh://localhost`): each name alone would take for orphans
// what was made under the others.

import type { Runtime } from '#runtime/runtime.ts';
import type { Candidate } from './candidates.ts';

/** By each name that is to be given up, the one that stays. Asks only where a kind of runtime has several names. */
export async function sameRuntimes(
  candidates: readonly Candidate[],
  runtimes: ReadonlyMap<string, Runtime>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const several = [...Map.groupBy(candidates, ({ placement }) => placement.kind).values()]
    .filter(({ length }) => length > 1)
    .flat();
  if (several.length === 0) return {};
  const known = await Promise.all(
    several.map(async (candidate) => ({ ...candidate, identity: await identityOf(runtimes.get(candidate.name), signal) })),
  );
  const groups = Map.groupBy(known, ({ name, placement, identity }) =>
    identity === null ? name : `${placement.kind} ${identity}`,
  );
  return Object.fromEntries(
    [...groups.values()].flatMap((group) => {
      const [stays, ...others] = group.toSorted((one, other) => claim[one.why] - claim[other.why]);
      return others.map(({ name }) => [name, stays?.name ?? name]);
    }),
  );
}

/** What the file names stays before what was only used once. They come by name: this machine's own before the way around. */
const claim: Readonly<Record<Candidate['why'], number>> = { needed: 0, used: 1, possible: 2 };

/** Why one can't be asked is told when it is looked at. */
async function identityOf(runtime: Runtime | undefined, signal: AbortSignal): Promise<string | null> {
  try {
    return (await runtime?.identity?.({ signal })) ?? null;
  } catch {
    return null;
  }
}

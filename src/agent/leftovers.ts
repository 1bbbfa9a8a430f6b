// Processes that belong to a replica by the marker in their environment, wherever they went: another group, another session, away from their
// parents. Reading every process costs, so who asks at the same time shares one look.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { allPids, environmentOf, hasGroup, statOf } from './processes.ts';
import type { ProcessKey, Stat } from './processes.ts';

/** In the environment of everything that a replica runs: `<id of the agent's folder>:<id of the replica>`. */
export const markerName = 'MUSTER_REPLICA_ID';

export type Member = Stat & { readonly replicaId: string };

let looking: Promise<readonly Member[]> | null = null;
let next: Promise<readonly Member[]> | null = null;

/** All that live now, shims and tees too. The look begins after the call. */
export function membersOfAll(): Promise<readonly Member[]> {
  if (looking === null) {
    looking = look().finally(() => {
      looking = null;
    });
    return looking;
  }
  // One under way may have passed the process that is asked about.
  next ??= looking.then(() => {
    next = null;
    return membersOfAll();
  });
  return next;
}

async function look(): Promise<readonly Member[]> {
  await nextTurn();
  const members: Member[] = [];
  let looked = 0;
  for (const pid of allPids()) {
    // Requests are answered in between.
    if (++looked % 200 === 0) await nextTurn();
    const replicaId = markerIn(environmentOf(pid));
    const stat = replicaId === null ? null : statOf(pid);
    if (replicaId !== null && stat !== null && !stat.isZombie) members.push({ ...stat, replicaId });
  }
  return members;
}

function markerIn(environment: string): string | null {
  const start = environment.startsWith(`${markerName}=`) ? 0 : environment.indexOf(`\0${markerName}=`);
  if (start === -1) return null;
  const value = environment.slice(environment.indexOf('=', start) + 1);
  const end = value.indexOf('\0');
  return end === -1 ? value : value.slice(0, end);
}

/** Those of its session and group that have no marker any more: a program may clear its environment. */
export function unmarkedMembers(leader: ProcessKey): Stat[] {
  // Mostly nobody is left, and that is known at once.
  if (!hasGroup(leader.pid)) return [];
  return allPids()
    .map(statOf)
    .filter((stat) => stat !== null)
    .filter(({ session, group, isZombie }) => !isZombie && (session === leader.pid || group === leader.pid))
    .filter(({ startTicks }) => startTicks >= leader.startTicks);
}

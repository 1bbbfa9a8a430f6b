// Processes that belong to a replica by the marker in their environment, wherever they went: another group, another session, away from their
// parents. Reading every process costs, so who asks at the same time shares one look, and looks take a part of the time only: a thousand
// services that end one after the other would each want theirs.

import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { allPids, environmentOf, hasGroup, statOf } from './processes.ts';
import type { ProcessKey, Stat } from './processes.ts';

/** In the environment of everything that a replica runs: its id. */
export const markerName = 'MUSTER_REPLICA_ID';

export type Member = Stat & { readonly replicaId: string };

let next: Promise<readonly Member[]> | null = null;
let last: Promise<unknown> = Promise.resolve();
/** Of the last look: when it ended, and how long it took, in ms of `performance.now()`. */
let ended = -Infinity;
let took = 0;
/** Between two looks there are as many times that of the last one. */
const restsPerLook = 3;

/** All that live now, shims and tees too. The look begins after the call. */
export function membersOfAll(): Promise<readonly Member[]> {
  if (next !== null) return next;
  const asked = last.then(async () => {
    const rest = ended + restsPerLook * took - performance.now();
    if (rest > 0) await delay(rest);
    next = null;
    const began = performance.now();
    const members = await look();
    ended = performance.now();
    took = ended - began;
    return members;
  });
  next = asked;
  last = asked.catch(() => {});
  return asked;
}

async function look(): Promise<readonly Member[]> {
  await nextTurn();
  const members: Member[] = [];
  let unclear = await lookAt(allPids(), members);
  // In the middle of execve(2) a process has no environment for a moment.
  for (let round = 0; round < unclearRounds && unclear.length > 0; round++) {
    await delay(unclearPauseMs);
    unclear = await lookAt(unclear, members);
  }
  return members;
}

const unclearRounds = 3;
const unclearPauseMs = 4;

/** Those of which it could not be told. */
async function lookAt(pids: readonly number[], members: Member[]): Promise<number[]> {
  const unclear: number[] = [];
  for (const [looked, pid] of pids.entries()) {
    // Requests are answered in between.
    if (looked % 200 === 199) await nextTurn();
    const environment = environmentOf(pid);
    if (environment === null) continue;
    const replicaId = markerIn(environment);
    if (replicaId === null && environment !== '') continue;
    const stat = statOf(pid);
    if (stat === null || stat.isZombie) continue;
    if (replicaId !== null) members.push({ ...stat, replicaId });
    else if (stat.rssPages > 0) unclear.push(pid);
  }
  return unclear;
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
  const now = statOf(leader.pid);
  // Its number is another's by now, and so is the group.
  if (now !== null && now.startTicks !== leader.startTicks) return [];
  return allPids()
    .map(statOf)
    .filter((stat) => stat !== null)
    .filter(({ session, group, isZombie }) => !isZombie && (session === leader.pid || group === leader.pid))
    .filter(({ pid, startTicks }) => startTicks >= leader.startTicks && markerIn(environmentOf(pid) ?? '') === null);
}

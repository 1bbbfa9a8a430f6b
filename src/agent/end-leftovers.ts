// What outlives a service's own process: children in its group, and those that left it (daemons).

import { setTimeout as delay } from 'node:timers/promises';
import { membersOfAll } from './leftovers.ts';
import type { Member } from './leftovers.ts';
import { isAlive, signalOne } from './processes.ts';

type Ending = {
  /** Its session is the shim's and the tees', which end by themselves. */
  readonly shimPid: number | null;
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
};

/** As a container's end ends all that is in it. Asks first, insists after the grace time. How many there were. */
export async function endLeftovers(replicaId: string, { shimPid, signal, graceMs }: Ending): Promise<number> {
  const isTheirs = (member: Member): boolean => member.replicaId === replicaId && member.session !== shimPid;
  const left = (await membersOfAll()).filter(isTheirs);
  if (left.length === 0) return 0;
  for (const member of left) signalOne(member, signal);
  const until = performance.now() + graceMs;
  while (left.some(isAlive) && performance.now() < until) await delay(20);
  // Those that they have started in the meantime, too; twice, for a fork in between.
  for (let round = 0; round < 3; round++) {
    const still = (await membersOfAll()).filter(isTheirs);
    if (still.length === 0) break;
    for (const member of still) signalOne(member, 'SIGKILL');
    await delay(10);
  }
  return left.length;
}

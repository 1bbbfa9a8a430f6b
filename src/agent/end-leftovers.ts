// What outlives a service's own process: children in its group, and those that left it (daemons).

import { setTimeout as delay } from 'node:timers/promises';
import { membersOfAll, unmarkedMembers } from './leftovers.ts';
import { isAlive, signalOne } from './processes.ts';
import type { ProcessKey } from './processes.ts';

type Ending = {
  /** The service's own process, which has ended; null: it never was. */
  readonly leader: ProcessKey | null;
  /** Its session is the shim's and the tees', which end by themselves. */
  readonly shimPid: number | null;
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
};

/** As a container's end ends all that is in it. Asks first, insists after the grace time. How many there were. */
export async function endLeftovers(replicaId: string, { leader, shimPid, signal, graceMs }: Ending): Promise<number> {
  const find = async (): Promise<ProcessKey[]> => {
    const marked = (await membersOfAll()).filter((member) => member.replicaId === replicaId && member.session !== shimPid);
    return leader === null ? marked : [...marked, ...unmarkedMembers(leader)];
  };
  const left = await find();
  if (left.length === 0) return 0;
  for (const member of left) signalOne(member, signal);
  const until = performance.now() + graceMs;
  while (left.some(isAlive) && performance.now() < until) await delay(20);
  // Those that they have started in the meantime, too; again, for a fork in between.
  for (let round = 0; round < 3; round++) {
    const still = await find();
    if (still.length === 0) break;
    for (const member of still) signalOne(member, 'SIGKILL');
    await delay(10);
  }
  return new Set(left.map(({ pid }) => pid)).size;
}

// A service's replicas by number. A replacement that was cut short leaves two replicas with one number; here they meet again.

import { label } from '#model/labels.ts';
import type { ObservedReplica } from '#model/observed.ts';

export type Slot = {
  readonly number: number;
  /** The replica under its own name; several only after something went badly wrong. */
  readonly settled: readonly ObservedReplica[];
  /** Made to replace another one, not yet renamed. */
  readonly unfinished: readonly ObservedReplica[];
};

/** By number, ascending. One-off replicas and those being removed are not part of it. */
export function slotsOf(replicas: readonly ObservedReplica[]): Slot[] {
  const slots = new Map<number, { settled: ObservedReplica[]; unfinished: ObservedReplica[] }>();
  for (const replica of [...replicas].sort(byNumberThenAge)) {
    if (replica.oneOff || replica.state === 'removing') continue;
    let slot = slots.get(replica.number);
    if (slot === undefined) slots.set(replica.number, (slot = { settled: [], unfinished: [] }));
    (isUnfinished(replica) ? slot.unfinished : slot.settled).push(replica);
  }
  return [...slots].map(([number, slot]) => ({ number, ...slot }));
}

/** The replica still has the name under which it was made to replace another. */
export function isUnfinished(replica: ObservedReplica): boolean {
  // The label stays on the replica for good, so the name decides; the label guards against a container_name that looks like it.
  return replica.replaces !== null || (/^[0-9a-f]{12}_./.test(replica.name) && replica.labels[label.replace] !== undefined);
}

export const isUp = (replica: ObservedReplica): boolean =>
  replica.state === 'running' || replica.state === 'restarting' || replica.state === 'paused';

function byNumberThenAge(a: ObservedReplica, b: ObservedReplica): number {
  return a.number - b.number || a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

// One service: which replicas stay, which are replaced, made, finished or removed. No order yet, that is weave's work.

import { replicaName } from '#model/names.ts';
import type { ObservedReplica } from '#model/observed.ts';
import { type Reason, type Wanted, whyDiverged } from './diverged.ts';
import { type Slot, isUp, slotsOf } from './replica-slots.ts';

export type Replacement = {
  readonly number: number;
  readonly name: string;
  /** null: a run before this one removed it already. */
  readonly old: ObservedReplica | null;
  /** The new one, if a run before this one made it already. */
  readonly next: ObservedReplica | null;
  readonly reason: Reason;
};

export type Decision = {
  readonly service: string;
  readonly kept: readonly ObservedReplica[];
  readonly replaced: readonly Replacement[];
  readonly created: readonly { readonly number: number; readonly name: string; readonly cause: string }[];
  readonly removed: readonly { readonly replica: ObservedReplica; readonly cause: string }[];
};

export type Ask = Wanted & {
  readonly replicas: readonly ObservedReplica[];
  readonly count: number;
  readonly recreate: 'diverged' | 'force' | 'never';
  /** Set when all must be replaced whatever they are: "network namespace of db is replaced". */
  readonly mustReplace: (replica: ObservedReplica) => string | null;
  readonly separator: '-' | '_';
};

export function decideService(ask: Ask): Decision {
  const slots = slotsOf(ask.replicas).map((slot) => judge(slot, ask));
  // What goes first when there are too many: the outdated, then the highest numbers.
  const ranked = [...slots].sort((a, b) => Number(a.reason !== null) - Number(b.reason !== null) || a.number - b.number);
  const staying = ranked.slice(0, ask.count).sort((a, b) => a.number - b.number);
  const going = ranked.slice(ask.count);
  const before = slots.length;
  return {
    service: ask.name,
    kept: staying.flatMap((slot) => (slot.reason === null && slot.next === null ? [slot.current] : [])),
    replaced: staying.flatMap((slot): Replacement[] =>
      slot.reason === null && slot.next === null ? [] : [replacement(slot, ask)],
    ),
    created: freeNumbers(staying, ask.count - staying.length).map((number) => ({
      number,
      name: nameOf(ask, number),
      cause: before === 0 ? 'no existing replica' : `scale ${before} -> ${ask.count}`,
    })),
    removed: [
      ...slots.flatMap((slot) => slot.spare.map((replica) => ({ replica, cause: 'left over from an interrupted run' }))),
      ...going.flatMap((slot) =>
        [...new Set([slot.current, slot.next ?? slot.current])].map((replica) => ({
          replica,
          cause: `scale ${before} -> ${ask.count}`,
        })),
      ),
    ].sort((a, b) => a.replica.number - b.replica.number),
  };
}

type Judged = {
  readonly number: number;
  readonly current: ObservedReplica;
  /** Why `current` has to go; null when it is up to date. */
  readonly reason: Reason | null;
  /** An up-to-date replacement that waits to take over; it may be `current` itself, when the old one is gone. */
  readonly next: ObservedReplica | null;
  readonly spare: readonly ObservedReplica[];
};

/** Of all replicas with one number: the one that counts, and what becomes of the others. */
function judge(slot: Slot, ask: Ask): Judged {
  const why = (replica: ObservedReplica): Reason | null => whyReplace(replica, ask);
  const settled = [...slot.settled].sort((a, b) => rank(a, why) - rank(b, why));
  const unfinished = [...slot.unfinished].sort((a, b) => rank(a, why) - rank(b, why));
  const current = settled[0] ?? unfinished[0];
  if (current === undefined) throw new Error(`slot ${slot.number} of ${ask.name} is empty`);
  const reason = why(current);
  // Either the old one is gone, and its replacement just needs its name; or the old one is outdated and the replacement is good.
  const next =
    settled.length === 0
      ? reason === null
        ? current
        : null
      : reason === null
        ? null
        : (unfinished.find((each) => why(each) === null) ?? null);
  const spare = [...settled, ...unfinished].filter((replica) => replica !== current && replica !== next);
  return { number: slot.number, current, reason, next, spare };
}

function whyReplace(replica: ObservedReplica, ask: Ask): Reason | null {
  const forced = ask.mustReplace(replica);
  const diverged = ask.recreate === 'never' ? null : whyDiverged(replica, ask);
  if (forced !== null)
    return diverged === null
      ? { cause: forced, changes: [] }
      : { cause: `${forced}; ${diverged.cause}`, changes: diverged.changes };
  if (diverged === null && ask.recreate === 'force') return { cause: 'recreation was asked for', changes: [] };
  return diverged;
}

/** Up to date before outdated, running before stopped; the sort is stable, so the oldest wins a tie. */
function rank(replica: ObservedReplica, why: (replica: ObservedReplica) => Reason | null): number {
  return (why(replica) === null ? 0 : 2) + (isUp(replica) ? 0 : 1);
}

function replacement(slot: Judged, ask: Ask): Replacement {
  const name = nameOf(ask, slot.number);
  if (slot.next === null)
    return { number: slot.number, name, old: slot.current, next: null, reason: slot.reason ?? { cause: '', changes: [] } };
  return {
    number: slot.number,
    name,
    old: slot.next === slot.current ? null : slot.current,
    next: slot.next,
    reason: slot.reason ?? { cause: 'finishes an interrupted replacement', changes: [] },
  };
}

function freeNumbers(taken: readonly { readonly number: number }[], count: number): number[] {
  const used = new Set(taken.map((slot) => slot.number));
  const numbers: number[] = [];
  for (let number = 1; numbers.length < count; number++) if (!used.has(number)) numbers.push(number);
  return numbers;
}

function nameOf(ask: Ask, number: number): string {
  return ask.service.container_name ?? replicaName(ask.project.name, ask.name, number, ask.separator);
}

// SERVICE (and --index) -> the one running replica that a command enters, or an error that says what its state is and what helps.

import { MusterError } from '#lib/errors.ts';
import { nearestName } from '#lib/nearest-name.ts';
import type { Observed, ObservedReplica } from '#model/observed.ts';

export type Wish = {
  readonly service: string;
  /** null and 0: the first. */
  readonly index: number | null;
  /** Services that the file has; [] when it is unknown. */
  readonly inFile: readonly string[];
};

export function pickReplica(observed: Observed, wish: Wish): ObservedReplica {
  const replicas = observed.replicas
    .filter((replica) => replica.service === wish.service && !replica.oneOff)
    .sort((a, b) => a.number - b.number);
  if (replicas.length === 0) throw absent(observed, wish);
  if (isGiven(wish.index)) return replicas.find((replica) => replica.number === wish.index) ?? noSuchIndex(wish, replicas);
  return replicas.find((replica) => replica.state === 'running') ?? (replicas[0] as ObservedReplica);
}

/** The same, and it must run. */
export function pickRunning(observed: Observed, wish: Wish): ObservedReplica {
  const replica = pickReplica(observed, wish);
  if (replica.state === 'running') return replica;
  throw notRunning(replica, wish.index !== null);
}

export function notRunning(replica: ObservedReplica, byName: boolean): MusterError {
  const { service, state } = replica;
  const subject = byName ? `replica ${replica.number} of service ${service}` : `service ${service}`;
  const how =
    state === 'created'
      ? 'not started yet'
      : state === 'exited' && replica.exitCode !== null
        ? `exited (${replica.exitCode})`
        : state;
  const remedy: Readonly<Partial<Record<ObservedReplica['state'], string>>> = {
    created: `muster start ${service}`,
    paused: `it must be unpaused first: docker unpause ${replica.name}`,
    restarting: `it keeps ending: muster logs ${service}`,
  };
  return new MusterError('REPLICA_NOT_RUNNING', `${subject} is ${how}`, {
    hint: remedy[state] ?? `see why: muster logs ${service}; start it again: muster start ${service}`,
  });
}

function absent(observed: Observed, { service, inFile }: Wish): MusterError {
  const known = [...new Set([...inFile, ...observed.replicas.map((replica) => replica.service)])].sort();
  if (!known.includes(service)) return unknownService(service, known);
  return new MusterError('REPLICA_NOT_FOUND', `service ${service} has no replica`, { hint: `muster up -d ${service}` });
}

export function unknownService(service: string, known: readonly string[]): MusterError {
  const nearest = nearestName(service, known);
  const list = known.length === 0 ? 'this project has none' : `services are: ${known.join(', ')}`;
  return new MusterError('UNKNOWN_SERVICE', `no such service: ${service}`, {
    hint: nearest === null ? list : `did you mean "${nearest}"? ${list}`,
  });
}

/** 0 is what Docker Compose's own flag is unless given. */
export const isGiven = (index: number | null): index is number => index !== null && index !== 0;

export function noSuchIndex({ service, index }: Pick<Wish, 'service' | 'index'>, replicas: readonly ObservedReplica[]): never {
  throw new MusterError('REPLICA_NOT_FOUND', `service ${service} has no replica ${index}`, {
    hint: `it has: ${replicas.map((replica) => replica.number).join(', ')}`,
  });
}

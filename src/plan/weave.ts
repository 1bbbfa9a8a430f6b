// Decisions about services -> steps and the edges between them. Three rules give most edges:
// - a replica starts after what its service needs is ready, and nothing else waits for that;
// - a replaced replica keeps running until what its successor needs is ready, unless it stands in somebody's way (`early`);
// - a service is stopped before one that it depends on with `restart: true`, and started after it.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Service } from '#model/project.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import type { Decisions } from './decide.ts';
import type { Replacement } from './decide-service.ts';
import { type Services, dependenciesOf, namespaceParents } from './dependencies.ts';
import { type Reason, namedVolumes } from './diverged.ts';
import type { DraftStep, NewStep, PlanDraft } from './draft.ts';
import { servicesInTheWay } from './handover.ts';
import { type NetworkSteps, onRuntime } from './networks.ts';
import type { UpOptions } from './options.ts';
import { runtimeOf } from './placed.ts';
import { type RemovalSteps, addRemoval, timeoutOf } from './removal.ts';
import { isUp } from './replica-slots.ts';

import { type ReplicaSubject, existing, stateInWords } from './subjects.ts';
import type { VolumeSteps } from './volumes.ts';
import { Readiness, type WovenService, newWovenService } from './woven.ts';

export type Weave = {
  readonly draft: PlanDraft;
  readonly services: Services;
  readonly observed: Observed;
  readonly runtimes: TraitsByRuntime | undefined;
  readonly options: UpOptions;
  readonly decisions: Decisions;
  readonly networks: NetworkSteps;
  readonly volumes: VolumeSteps;
  readonly orphans: readonly RemovalSteps[];
  /** Services that are made with others' addresses: those must run first. */
  readonly referring: ReadonlyMap<string, readonly string[]>;
};

/** Adds the steps of every service; the result says which step does what, by service, in dependency order. */
export function weaveServices(weave: Weave): ReadonlyMap<string, WovenService> {
  const woven = new Map<string, WovenService>();
  const readiness = new Readiness(weave.draft, weave.services, woven);
  const moving = movingReplicas(weave);
  const inTheWay = servicesInTheWay(weave.services, weave.decisions, weave.runtimes);
  for (const [name, decision] of weave.decisions.byService) {
    const service = weave.services[name] as Service;
    const steps = newWovenService();
    woven.set(name, steps);
    const one: One = {
      weave,
      name,
      service,
      steps,
      runtime: runtimeOf(service),
      ready: () => (weave.options.noStart === true ? [] : readiness.of(name)),
      early: weave.decisions.restarts.has(name) || inTheWay.has(name),
      prepared: [...preparedFor(service, weave, woven), ...(weave.referring.has(name) ? readiness.of(name) : [])],
      surplus: [],
    };
    for (const { replica, cause } of decision.removed) weaveRemoval(one, replica, cause);
    one.surplus.push(...steps.stops);
    for (const replacement of decision.replaced) weaveReplacement(one, replacement, moving);
    for (const replica of decision.kept) weaveKept(one, replica, moving);
    for (const created of decision.created) weaveCreation(one, created);
    stopBeforeDependencies(name, weave, woven);
  }
  weaveNetworkMoves(weave, woven);
  weaveVolumeMoves(weave, woven);
  for (const name of weave.decisions.restarts.keys()) stopAfterSuccessors(name, weave, woven);
  return woven;
}

/** One service while its steps are added. */
type One = {
  readonly weave: Weave;
  readonly name: string;
  readonly service: Service;
  readonly steps: WovenService;
  readonly runtime: string;
  /** After these its replicas may start. Asked only when one does: a wait that nobody needs is no step. */
  readonly ready: () => readonly DraftStep[];
  /** Stop first: somebody waits for what its replicas hold. */
  readonly early: boolean;
  /** Stops of replicas that are too many: none starts in their stead before, so that never more run than are wanted. */
  readonly surplus: DraftStep[];
  /** After these its replicas may be created. */
  readonly prepared: readonly DraftStep[];
};

/** Ids of the replicas that must leave a network that is made anew. */
function movingReplicas({ networks }: Weave): ReadonlySet<string> {
  return new Set(networks.diverged.flatMap((network) => network.attached.map((replica) => replica.id)));
}

function preparedFor(service: Service, weave: Weave, woven: ReadonlyMap<string, WovenService>): DraftStep[] {
  const runtime = runtimeOf(service);
  const networks = Object.keys(service.networks ?? {}).map((key) => weave.networks.made.get(onRuntime(runtime, key)));
  const volumes = namedVolumes(service).map((key) => weave.volumes.made.get(onRuntime(runtime, key)));
  // Who joins a namespace must find the replica that stays, and no other.
  const parents = namespaceParents(service).flatMap((parent) => {
    const steps = woven.get(parent);
    return steps === undefined ? [] : [...steps.settled, ...steps.removals.map(({ remove }) => remove)];
  });
  return [...networks, ...volumes, ...parents].filter((step) => step !== undefined);
}

function weaveCreation(
  one: One,
  { number, name, cause }: { readonly number: number; readonly name: string; readonly cause: string },
): void {
  const subject: ReplicaSubject = { type: 'replica', service: one.name, number, name, id: null };
  const create = add(one, { kind: 'create-replica', subject, cause, after: one.prepared });
  one.steps.creates.push(create);
  one.steps.settled.push(create);
  weaveStart(one, subject, 'it is new', [create]);
}

function weaveReplacement(one: One, replacement: Replacement, moving: ReadonlySet<string>): void {
  const { number, name, old, next, reason } = replacement;
  if (old !== null && next === null && losesVolume(one, old)) {
    // The volume can only go when its users are gone, so there is nothing left to replace.
    weaveRemoval(one, old, reason.cause);
    weaveCreation(one, { number, name, cause: reason.cause });
    return;
  }
  const successor: ReplicaSubject = { type: 'replica', service: one.name, number, name, id: next?.id ?? null };
  const create = next === null && old !== null ? weaveSuccessor(one, successor, old, reason) : undefined;
  const stopFirst = old !== null && (moving.has(old.id) || needsRoomFirst(one));
  const remove = old === null ? undefined : weaveReplaced(one, old, create, stopFirst);
  const cause = old === null ? reason.cause : 'it takes the place of the old one';
  const rename = add(one, { kind: 'rename-replica', subject: successor, cause, after: [remove ?? create] });
  one.steps.renames.push(rename);
  one.steps.settled.push(rename);
  if (next === null || !isUp(next)) weaveStart(one, successor, 'it replaces the old one', [rename]);
}

/** The new replica, under a temporary name beside the old one. */
function weaveSuccessor(one: One, subject: ReplicaSubject, old: ObservedReplica, { cause, changes }: Reason): DraftStep {
  const renew = one.weave.options.renewAnonymousVolumes === true ? { renewAnonymousVolumes: true } : {};
  const options = { replaces: { id: old.id, name: old.name }, ...renew };
  // What an interrupted run left over goes first: never more than two replicas with one number.
  const leftOver = one.steps.removals.filter(({ replica }) => replica.number === subject.number).map(({ remove }) => remove);
  const create = add(one, { kind: 'create-replica', subject, cause, changes, options, after: [...one.prepared, ...leftOver] });
  one.steps.creates.push(create);
  return create;
}

/** The old one goes: once its successor exists, and, unless it must go early, once all that one needs is ready. */
function weaveReplaced(one: One, old: ObservedReplica, create: DraftStep | undefined, stopFirst: boolean): DraftStep {
  const late = one.early || stopFirst ? [] : one.ready();
  const removal = addRemoval(one.weave.draft, {
    replica: old,
    cause: 'it is replaced',
    timeoutSeconds: one.weave.options.timeoutSeconds,
    stopAfter: stopFirst ? [] : [create, ...late],
  });
  if (create !== undefined && stopFirst) removal.remove.after.add(create);
  recordRemoval(one, removal, old);
  return removal.remove;
}

function losesVolume({ weave: { volumes } }: One, replica: ObservedReplica): boolean {
  return volumes.recreated.some((volume) => volume.users.includes(replica));
}

/** Its successor can only be made once others have left a namespace, network or volume, and they may wait for this one to stop. */
function needsRoomFirst({ service, runtime, weave: { networks, volumes } }: One): boolean {
  return (
    namespaceParents(service).length > 0 ||
    networks.diverged.some((network) => network.runtime === runtime && network.key in (service.networks ?? {})) ||
    (volumes.recreated.length > 0 && namedVolumes(service).some((key) => volumes.made.has(onRuntime(runtime, key))))
  );
}

function weaveKept(one: One, replica: ObservedReplica, moving: ReadonlySet<string>): void {
  const { draft, options, decisions } = one.weave;
  const subject = existing(replica);
  // It stays where it is, even where its service would be given to another runtime now.
  const here: One = { ...one, runtime: replica.runtime };
  const restart = isUp(replica) ? decisions.restarts.get(one.name) : undefined;
  const moves = moving.has(replica.id);
  if (restart !== undefined || (moves && isUp(replica))) {
    const cause = restart ?? 'a network that it is attached to is made anew';
    const stop = add(here, { kind: 'stop-replica', subject, cause, options: timeoutOf(options.timeoutSeconds) });
    one.steps.stops.push(stop);
    weaveStart(here, subject, cause, [stop]);
  } else if (!isUp(replica) && options.noStart !== true) weaveStart(here, subject, stateInWords(replica), []);
  else if (!moves) draft.unchanged.push(replica.name);
  if (replica.state === 'paused') draft.notes.push(`${replica.name} is paused and stays so: muster unpause ${one.name}`);
  one.steps.kept.push(replica);
}

function weaveStart(one: One, subject: ReplicaSubject, cause: string, after: readonly DraftStep[]): void {
  if (one.weave.options.noStart === true) return;
  one.steps.starts.push(add(one, { kind: 'start-replica', subject, cause, after: [...after, ...one.ready(), ...one.surplus] }));
}

function weaveRemoval(one: One, replica: ObservedReplica, cause: string): void {
  const { draft, options } = one.weave;
  recordRemoval(one, addRemoval(draft, { replica, cause, timeoutSeconds: options.timeoutSeconds }), replica);
}

function recordRemoval({ steps }: One, { stop, remove }: RemovalSteps, replica: ObservedReplica): void {
  steps.removals.push({ replica, stop, remove });
  steps.all.push(remove);
  if (stop === undefined) return;
  steps.stops.push(stop);
  steps.all.push(stop);
}

function add(one: One, step: Omit<NewStep, 'runtime'>): DraftStep {
  const added = one.weave.draft.add({ ...step, runtime: one.runtime });
  one.steps.all.push(added);
  return added;
}

/** A service that is restarted with its dependency stops before that one does. */
function stopBeforeDependencies(name: string, weave: Weave, woven: ReadonlyMap<string, WovenService>): void {
  const service = weave.services[name] as Service;
  if (!weave.decisions.restarts.has(name)) return;
  for (const [dependency, how] of Object.entries(dependenciesOf(service))) {
    if (how.restart !== true) continue;
    for (const stop of woven.get(dependency)?.stops ?? [])
      for (const before of woven.get(name)?.stops ?? []) stop.after.add(before);
  }
}

/** Nor does it stop before the new replica of that one exists: what fails to be made should cost nobody his service. */
function stopAfterSuccessors(name: string, { draft, services }: Weave, woven: ReadonlyMap<string, WovenService>): void {
  for (const [dependency, how] of Object.entries(dependenciesOf(services[name] as Service)))
    if (how.restart === true)
      for (const create of woven.get(dependency)?.creates ?? [])
        for (const stop of woven.get(name)?.stops ?? []) draft.addIfAcyclic(stop, create);
}

/** Everything leaves a network that is made anew, and what stays joins it again. */
function weaveNetworkMoves({ draft, networks, orphans }: Weave, woven: ReadonlyMap<string, WovenService>): void {
  for (const { key, name, attached, remove, create } of networks.diverged) {
    for (const replica of attached) {
      const steps = woven.get(replica.service);
      const isOfIt = ({ subject }: DraftStep): boolean => subject.type === 'replica' && subject.id === replica.id;
      const removal = [...(steps?.removals ?? []), ...orphans].find(({ remove }) => isOfIt(remove));
      const subject = existing(replica);
      const stops = [...(steps?.stops ?? []), removal?.stop].filter((stop) => stop !== undefined && isOfIt(stop));
      const about = { subject, runtime: replica.runtime, cause: 'the network is made anew', options: { network: { key, name } } };
      const disconnect = draft.add({ ...about, kind: 'disconnect-network', after: stops });
      remove.after.add(disconnect);
      if (removal !== undefined) {
        removal.remove.after.add(disconnect);
        continue;
      }
      const connect = draft.add({ ...about, kind: 'connect-network', after: [create] });
      for (const start of steps?.starts ?? []) if (isOfIt(start)) start.after.add(connect);
      steps?.all.push(connect);
    }
  }
}

function weaveVolumeMoves({ volumes }: Weave, woven: ReadonlyMap<string, WovenService>): void {
  for (const { users, remove } of volumes.recreated)
    for (const replica of users) {
      const removal = woven.get(replica.service)?.removals.find((each) => each.replica.id === replica.id);
      if (removal !== undefined) remove.after.add(removal.remove);
    }
}

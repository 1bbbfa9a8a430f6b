// Things that only one replica can hold: host ports and names. Who takes one over starts (or is named) after who held it is gone.

import { temporaryName } from '#model/names.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Service } from '#model/project.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import type { Decision } from './decide-service.ts';
import type { Decisions } from './decide.ts';
import type { Services } from './dependencies.ts';
import type { DraftStep, PlanDraft } from './draft.ts';
import { hostOf, runtimeOf } from './placed.ts';
import { parsePort } from './ports.ts';
import type { RemovalSteps } from './removal.ts';
import { isUp } from './replica-slots.ts';
import type { WovenService } from './woven.ts';

/** Services whose going replicas hold something that another service's new ones need: they are stopped without waiting for anything. */
export function servicesInTheWay(
  services: Services,
  { byService }: Decisions,
  hosts: TraitsByRuntime | undefined,
): ReadonlySet<string> {
  const takers = new Map<string, string>();
  for (const [name, decision] of byService)
    if (decision.created.length > 0 || decision.replaced.length > 0 || decision.kept.some((replica) => !isUp(replica)))
      for (const port of fixedPorts(services[name], hosts)) takers.set(port, name);
  const names = new Set([...byService.values()].flatMap((decision) => decision.created.map((created) => created.name)));
  const inTheWay = new Set<string>();
  for (const [name, decision] of byService)
    for (const replica of goingReplicas(decision)) {
      const taker = heldPorts(replica, hosts)
        .map((port) => takers.get(port))
        .find((each) => each !== undefined && each !== name);
      if (taker !== undefined || names.has(replica.name)) inTheWay.add(name);
    }
  return inTheWay;
}

/** Adds the edges. One that would close a circle is left out: then the engine has the last word. */
export function addHandovers(
  draft: PlanDraft,
  services: Services,
  woven: ReadonlyMap<string, WovenService>,
  orphans: readonly RemovalSteps[],
  hosts: TraitsByRuntime | undefined,
): void {
  const going = [...woven.values()].flatMap((steps) => steps.removals);
  const byPort = new Map<string, { readonly service: string; readonly step: DraftStep }[]>();
  const byName = new Map<string, DraftStep>();
  for (const { remove } of orphans) if (remove.subject.type === 'replica') byName.set(remove.subject.name, remove);
  for (const { replica, stop, remove } of going) {
    byName.set(replica.name, remove);
    for (const port of heldPorts(replica, hosts)) push(byPort, port, { service: replica.service, step: stop ?? remove });
  }
  for (const [name, steps] of woven) {
    // An orphan may hold anything that its successor under another name needs: data, a port, a lock.
    for (const start of steps.starts) for (const orphan of orphans) start.after.add(orphan.stop ?? orphan.remove);
    for (const port of fixedPorts(services[name], hosts))
      for (const holder of byPort.get(port) ?? [])
        if (holder.service !== name) for (const start of steps.starts) draft.addIfAcyclic(start, holder.step);
    for (const naming of [...steps.creates, ...steps.renames]) {
      const remove = byName.get(nameTaken(naming));
      if (remove !== undefined && !naming.after.has(remove)) draft.addIfAcyclic(naming, remove);
    }
  }
}

/** A successor is made under a temporary name, which the left-over of an interrupted run may still have. */
function nameTaken({ subject, options: { replaces } }: DraftStep): string {
  if (subject.type !== 'replica') return '';
  return replaces === undefined ? subject.name : temporaryName(replaces.id, subject.name);
}

function goingReplicas(decision: Decision): ObservedReplica[] {
  return [
    ...decision.removed.map((removed) => removed.replica),
    ...decision.replaced.flatMap((replaced) => (replaced.old === null ? [] : [replaced.old])),
  ];
}

/** With the host that they are of: `local 8080/tcp`. */
function heldPorts({ ports, runtime }: ObservedReplica, hosts: TraitsByRuntime | undefined): string[] {
  const host = hostOf(hosts, runtime);
  return ports.filter((port) => port.hostPort !== 0).map((port) => `${host} ${port.hostPort}/${port.protocol}`);
}

function fixedPorts(service: Service | undefined, hosts: TraitsByRuntime | undefined): string[] {
  return (service?.ports ?? []).flatMap((port) => {
    const wanted = parsePort(port);
    if (wanted.first === null || wanted.first !== wanted.last) return [];
    return [`${hostOf(hosts, runtimeOf(service))} ${wanted.first}/${wanted.protocol}`];
  });
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

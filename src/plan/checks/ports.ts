// Host ports: written right, wanted once, and free.

import { MusterError } from '#lib/errors.ts';
import { addressesOverlap } from '#model/addresses-overlap.ts';
import type { HeldPort, Observed } from '#model/observed.ts';
import { localHostName } from '#model/host-location.ts';
import type { Service } from '#model/project.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import type { Services } from '../dependencies.ts';
import type { PlanInput, UpOptions } from '../options.ts';
import { orphansOf } from '../orphans.ts';
import { hostOf, runtimeOf } from '../placed.ts';
import { type WantedPort, parsePort } from '../ports.ts';
import { isUp } from '../replica-slots.ts';
import { wantedReplicas } from '../scale.ts';

type Wish = WantedPort & { readonly service: string; readonly host: string };

export function checkPorts(input: PlanInput<UpOptions>, services: Services): MusterError[] {
  const { runtimes, options = {} } = input;
  const problems: MusterError[] = [];
  const wishes: Wish[] = [];
  for (const [name, service] of Object.entries(services).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const count = wantedReplicas(service, name, options.scale);
    if (count === 0 || service.network_mode === 'host') continue;
    for (const wish of wishesOf(name, service, hostOf(runtimes, runtimeOf(service)), problems)) {
      problems.push(...tooFew(wish, count));
      wishes.push(wish);
    }
  }
  return [...problems, ...wantedTwice(wishes), ...heldByOthers(wishes, input, services)];
}

function wishesOf(name: string, service: Service, host: string, problems: MusterError[]): Wish[] {
  return (service.ports ?? []).flatMap((port): Wish[] => {
    try {
      return [{ service: name, host, ...parsePort(port, `service ${name}`) }];
    } catch (error) {
      if (!(error instanceof MusterError)) throw error;
      problems.push(error);
      return [];
    }
  });
}

function tooFew(wish: Wish, replicas: number): MusterError[] {
  if (wish.first === null || wish.last === null || wish.last - wish.first + 1 >= replicas) return [];
  const ports = wish.first === wish.last ? `the one host port ${wish.first}` : `host ports ${wish.first}-${wish.last}`;
  return [
    new MusterError('PORT_CONFLICT', `service ${wish.service} is to have ${replicas} replicas, which can't share ${ports}`, {
      hint: `publish a range of ${replicas} ports ("${wish.first}-${wish.first + replicas - 1}:${wish.target}"), or only the container port ("${wish.target}")`,
    }),
  ];
}

/** Ranges leave the engine a choice, so only fixed ports are sure to clash. */
function wantedTwice(wishes: readonly Wish[]): MusterError[] {
  const problems: MusterError[] = [];
  const byPort = Map.groupBy(wishes.filter(isFixed), (wish) => `${wish.host} ${wish.first}/${wish.protocol}`);
  for (const wanting of byPort.values())
    for (const [index, wish] of wanting.entries()) {
      const other = wanting.slice(0, index).find((each) => addressesOverlap(each.hostIp, wish.hostIp) && !isSame(each, wish));
      if (other === undefined) continue;
      const port = `${wish.first}/${wish.protocol}`;
      const message =
        other.service === wish.service
          ? `service ${wish.service} publishes host port ${port} twice: ${inWords(other)} and ${inWords(wish)}`
          : `services ${other.service} and ${wish.service} both publish host port ${port}: ${inWords(other)} and ${inWords(wish)}`;
      problems.push(new MusterError('PORT_CONFLICT', message, { hint: 'give one of them another host port or host address' }));
    }
  return problems;
}

/** A replica of this very project is no stranger, unless it stays: an orphan, or of a service that was not asked for. */
function heldByOthers(
  wishes: readonly Wish[],
  { project, observed, runtimes, options = {} }: PlanInput<UpOptions>,
  services: Services,
): MusterError[] {
  const replicas = new Map(observed.replicas.filter((replica) => !replica.oneOff).map((replica) => [replica.id, replica]));
  const orphans = new Set(orphansOf(project, observed).map((replica) => replica.id));
  return observed.heldPorts.flatMap((held) => {
    const wish = wishes.find((each) => isFixed(each) && clashes(each, held));
    if (wish === undefined) return [];
    const holder = replicas.get(held.replicaId ?? publisherOf(held, observed, runtimes) ?? '');
    const isOrphan = holder !== undefined && orphans.has(holder.id);
    if (holder !== undefined && (isOrphan ? options.removeOrphans === true : Object.hasOwn(services, holder.service))) return [];
    const message = `host port ${held.port}/${held.protocol} that service ${wish.service} publishes is held by ${held.holder}`;
    return [new MusterError('PORT_IN_USE', message, { hint: freeing(wish, holder?.service, isOrphan) })];
  });
}

function freeing(wish: Wish, ownService: string | undefined, isOrphan: boolean): string {
  if (isOrphan) return 'that is an orphan of this project: --remove-orphans removes it';
  if (ownService !== undefined) return `stop that service of this project first: muster stop ${ownService}`;
  return `stop the holder, or publish another host port for service ${wish.service}`;
}

/** One runtime sees another's replica as a mere process: what the replica itself publishes tells that it is ours. */
function publisherOf(held: HeldPort, observed: Observed, runtimes: TraitsByRuntime | undefined): string | null {
  const publisher = observed.replicas.find(
    (replica) =>
      isUp(replica) &&
      hostOf(runtimes, replica.runtime) === hostOfHeld(held) &&
      replica.ports.some(
        (port) => port.hostPort === held.port && port.protocol === held.protocol && addressesOverlap(port.hostIp, held.hostIp),
      ),
  );
  return publisher?.id ?? null;
}

function clashes(wish: Wish, held: HeldPort): boolean {
  return (
    wish.host === hostOfHeld(held) &&
    wish.first === held.port &&
    wish.protocol === held.protocol &&
    addressesOverlap(wish.hostIp, held.hostIp)
  );
}

const hostOfHeld = ({ host }: HeldPort): string => host ?? localHostName;
const isFixed = (wish: Wish): boolean => wish.first !== null && wish.first === wish.last;
const isSame = (a: Wish, b: Wish): boolean =>
  a.service === b.service && a.hostIp === b.hostIp && a.first === b.first && a.target === b.target && a.protocol === b.protocol;
const inWords = (wish: Wish): string => `"${wish.hostIp === '' ? '' : `${wish.hostIp}:`}${wish.first}:${wish.target}"`;

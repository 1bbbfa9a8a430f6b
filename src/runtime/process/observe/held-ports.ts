// Who listens on the ports that a project wants, by what the host sees; the agent tells which of them are replicas.

import type { Replica } from '#api/agent/contract.ts';
import type { ListeningSocket } from '#host/host.ts';
import { label } from '#model/labels.ts';
import type { HeldPort } from '#model/observed.ts';
import type { PortKey } from '../../ports/wanted-ports.ts';
import type { ProcessSetting } from '../setting.ts';
import { readPlacement } from '../native-labels.ts';
import { listNative } from './list.ts';

export async function heldPorts(
  setting: ProcessSetting,
  project: string,
  wanted: ReadonlySet<PortKey>,
  signal?: AbortSignal,
): Promise<HeldPort[]> {
  if (wanted.size === 0) return [];
  const [sockets, replicas] = await Promise.all([setting.host.listeners(wanted), listNative(setting, {}, { signal })]);
  const named = new Map(replicas.map((replica) => [replica.id, { replica, holder: holderFrom(replica, project) }]));
  const pids = sockets.length === 0 ? new Map<number, Holder>() : await holdersByPid(setting, named, signal);
  const listening = sockets.map((socket) => heldBy(socket, pids));
  const heard = new Set(listening.map(keyOf));
  const promised = [...named.values()].flatMap(({ replica, holder }) => promisedBy(replica, holder));
  return [...listening, ...promised.filter((held) => wanted.has(keyOf(held)) && !heard.has(keyOf(held)))];
}

type Holder = Pick<HeldPort, 'holder' | 'replicaId'>;
type Named = ReadonlyMap<string, { readonly replica: Replica; readonly holder: Holder }>;

function holderFrom({ id, name, labels }: Replica, project: string): Holder {
  return { holder: `native service "${name}"`, replicaId: labels[label.project] === project ? id : null };
}

async function holdersByPid(setting: ProcessSetting, named: Named, signal?: AbortSignal): Promise<ReadonlyMap<number, Holder>> {
  const { sockets } = await setting.agent.look('listening', { ids: [...named.keys()] }, { sockets: [] }, { signal });
  return new Map(
    sockets.flatMap(({ pid, replicaId }): [number, Holder][] => {
      const known = named.get(replicaId);
      return known === undefined ? [] : [[pid, known.holder]];
    }),
  );
}

/** What a program that runs publishes is its own, also before it listens. */
function promisedBy({ state, labels }: Replica, holder: Holder): HeldPort[] {
  if (state !== 'running') return [];
  return readPlacement(labels).ports.map(({ hostIp, hostPort, protocol }) => ({ hostIp, port: hostPort, protocol, ...holder }));
}

export const keyOf = ({ port, protocol }: HeldPort): PortKey => `${port}/${protocol}`;

function heldBy({ hostIp, port, protocol, owner }: ListeningSocket, holders: ReadonlyMap<number, Holder>): HeldPort {
  const known = owner === null ? undefined : holders.get(owner.pid);
  if (known !== undefined) return { hostIp, port, protocol, ...known };
  const holder = owner === null ? 'a process of another user' : `process ${owner.name} (pid ${owner.pid})`;
  return { hostIp, port, protocol, holder, replicaId: null };
}

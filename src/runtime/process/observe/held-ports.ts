// Who listens on the ports that a project wants, by what the host sees; the agent tells which of them are replicas.

import type { ListeningSocket } from '#host/host.ts';
import { label } from '#model/labels.ts';
import type { HeldPort } from '#model/observed.ts';
import type { PortKey } from '../../ports/wanted-ports.ts';
import type { ProcessSetting } from '../setting.ts';
import { listNative } from './list.ts';

export async function heldPorts(
  setting: ProcessSetting,
  project: string,
  wanted: ReadonlySet<PortKey>,
  signal?: AbortSignal,
): Promise<HeldPort[]> {
  if (wanted.size === 0) return [];
  const sockets = await setting.host.listeners(wanted);
  if (sockets.length === 0) return [];
  const holders = await holdersByPid(setting, project, signal);
  return sockets.map((socket) => heldBy(socket, holders));
}

type Holder = Pick<HeldPort, 'holder' | 'replicaId'>;

async function holdersByPid(
  setting: ProcessSetting,
  project: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, Holder>> {
  const replicas = new Map((await listNative(setting, {}, { signal })).map((replica) => [replica.id, replica]));
  const { sockets } = await setting.agent.look('listening', { ids: [...replicas.keys()] }, { sockets: [] }, { signal });
  return new Map(
    sockets.flatMap(({ pid, replicaId }): [number, Holder][] => {
      const replica = replicas.get(replicaId);
      if (replica === undefined) return [];
      const isOurs = replica.labels[label.project] === project;
      return [[pid, { holder: `native service "${replica.name}"`, replicaId: isOurs ? replicaId : null }]];
    }),
  );
}

function heldBy({ hostIp, port, protocol, owner }: ListeningSocket, holders: ReadonlyMap<number, Holder>): HeldPort {
  const known = owner === null ? undefined : holders.get(owner.pid);
  if (known !== undefined) return { hostIp, port, protocol, ...known };
  const holder = owner === null ? 'a process of another user' : `process ${owner.name} (pid ${owner.pid})`;
  return { hostIp, port, protocol, holder, replicaId: null };
}

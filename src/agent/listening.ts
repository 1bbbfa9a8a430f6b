import type { ListeningSocket } from '#api/agent/contract.ts';
import { localListeners } from '#host/local-listeners.ts';
import { membersOfAll } from './leftovers.ts';
import type { Replica } from './replica.ts';

/** Which sockets replicas' processes listen on. */
export async function listeningOf(replicas: readonly Replica[]): Promise<ListeningSocket[]> {
  const wanted = new Set(replicas.map(({ id }) => id));
  const owners = new Map(
    (await membersOfAll()).filter(({ replicaId }) => wanted.has(replicaId)).map(({ pid, replicaId }) => [pid, replicaId]),
  );
  return (await localListeners()).flatMap(({ hostIp, port, protocol, owner }) => {
    const replicaId = owner === null ? undefined : owners.get(owner.pid);
    return owner === null || replicaId === undefined ? [] : [{ replicaId, pid: owner.pid, protocol, ip: hostIp, port }];
  });
}

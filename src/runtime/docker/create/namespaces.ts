// Namespaces of its own, of the host, or of another container.

import type { HostConfig } from '#engine/api/container.ts';
import { MusterError } from '#lib/errors.ts';
import type { Peer, Recipe } from './recipe.ts';

export function namespaceSettings(recipe: Recipe): HostConfig {
  const { definition: service } = recipe;
  return {
    IpcMode: service.ipc && joined(service.ipc, recipe),
    PidMode: service.pid && joined(service.pid, recipe),
    UTSMode: service.uts && joined(service.uts, recipe),
    UsernsMode: service.userns_mode,
    CgroupnsMode: service.cgroup,
    CgroupParent: service.cgroup_parent,
  };
}

/** `service:db` -> `container:<id>`; anything else is the engine's own language. */
export function joined(mode: string, recipe: Recipe): string {
  if (!mode.startsWith('service:')) return mode;
  return `container:${firstReplica(mode.slice('service:'.length), recipe).id}`;
}

/** Of several replicas the first one is joined, as Docker Compose does. */
export function firstReplica(service: string, recipe: Recipe): Peer {
  const [first] = recipe.peers[service] ?? [];
  if (first !== undefined) return first;
  throw new MusterError('REPLICA_NOT_FOUND', `${recipe.service} joins service ${service}, which has no container yet`, {
    hint: `bring it up first: muster up ${service}`,
  });
}

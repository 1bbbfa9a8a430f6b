// One row of the engine's list -> a replica.

import type { ContainerPort, ContainerSummary } from '#engine/api/container.ts';
import { label } from '#model/labels.ts';
import type { ObservedPort, ObservedReplica, ReplicaAddress } from '#model/observed.ts';
import { isOneOff, numberFrom, recordedConfig, replacedName } from '../../replica-record.ts';
import { readStatus, stateOf } from './status-text.ts';

export const runtimeKind = 'docker';

/** `runtime`: the name of the runtime that sees it. */
export function replicaFrom(row: ContainerSummary, runtime: string): ObservedReplica {
  const labels = row.Labels ?? {};
  const name = nameOf(row);
  const { health, exitCode } = readStatus(row.Status);
  const joins = joinedNetwork(row);
  return {
    id: row.Id,
    name,
    runtime,
    service: labels[label.service] ?? '',
    number: numberFrom(labels),
    oneOff: isOneOff(labels),
    state: stateOf(row.State),
    health,
    exitCode,
    createdAt: row.Created,
    image: row.Image,
    imageId: row.ImageID,
    configHash: labels[label.configHash] ?? '',
    musterHash: labels[label.musterHash] ?? '',
    config: recordedConfig(labels[label.musterConfig]),
    networks: Object.keys(row.NetworkSettings?.Networks ?? {}),
    volumes: (row.Mounts ?? []).flatMap((mount) => (mount.Type === 'volume' && mount.Name !== undefined ? [mount.Name] : [])),
    mounts: (row.Mounts ?? []).map((mount) => mount.Name || mount.Source),
    ports: (row.Ports ?? []).map(portFrom),
    addresses: addressesOf(row),
    ...(joins === null ? {} : { joins: [joins] }),
    replaces: replacedName(name, labels),
    status: row.Status,
    command: row.Command,
    labels,
  };
}

/** Links give a container further names, with the linking container's in front: its own has one slash. */
export function nameOf(row: ContainerSummary): string {
  const own = (row.Names ?? []).find((name) => name.lastIndexOf('/') === 0) ?? row.Names?.[0] ?? row.Id;
  return own.replace(/^\//, '');
}

function portFrom(port: ContainerPort): ObservedPort {
  return { hostIp: port.IP ?? '', hostPort: port.PublicPort ?? 0, target: port.PrivatePort, protocol: port.Type };
}

/** What does not run has no address. */
function addressesOf(row: ContainerSummary): ReplicaAddress[] {
  return Object.entries(row.NetworkSettings?.Networks ?? {}).flatMap(([network, endpoint]) => {
    const ip = endpoint.IPAddress || endpoint.GlobalIPv6Address || '';
    return ip === '' ? [] : [{ network, ip, gateway: (endpoint.IPAddress ? endpoint.Gateway : endpoint.IPv6Gateway) ?? '' }];
  });
}

function joinedNetwork(row: ContainerSummary): string | null {
  const mode = row.HostConfig?.NetworkMode ?? '';
  return mode.startsWith('container:') ? mode.slice('container:'.length) : null;
}

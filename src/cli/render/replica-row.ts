// A replica as `ps` shows it: the members of Docker Compose's JSON, which its table and templates name too.

import type { ObservedReplica } from '#model/observed.ts';
import { humanDuration } from '#lib/human.ts';
import { portsText } from './ports.ts';

export type Publisher = {
  readonly URL: string;
  readonly TargetPort: number;
  readonly PublishedPort: number;
  readonly Protocol: string;
};

/** In Docker Compose's order, which is that of the alphabet. */
export type ReplicaRow = {
  readonly Command: string;
  readonly CreatedAt: string;
  readonly ExitCode: number;
  readonly Health: string;
  readonly ID: string;
  readonly Image: string;
  readonly Labels: string;
  readonly LocalVolumes: string;
  readonly Mounts: string;
  readonly Name: string;
  readonly Names: string;
  readonly Networks: string;
  readonly Ports: string;
  readonly Project: string;
  readonly Publishers: readonly Publisher[];
  readonly RunningFor: string;
  readonly Service: string;
  readonly Size: string;
  readonly State: string;
  readonly Status: string;
};

export type RowOptions = {
  readonly project: string;
  /** Unix seconds. */
  readonly now: number;
  /** Cut ids and commands as a table needs it. */
  readonly truncate: boolean;
};

export function replicaRow(replica: ObservedReplica, { project, now, truncate }: RowOptions): ReplicaRow {
  return {
    Command: JSON.stringify(truncate ? ellipsis(replica.command, 20) : replica.command),
    CreatedAt: `${new Date(replica.createdAt * 1000).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
    ExitCode: replica.exitCode ?? 0,
    Health: replica.health === 'none' ? '' : replica.health,
    ID: truncate ? replica.id.slice(0, 12) : replica.id,
    Image: replica.image,
    Labels: Object.entries(replica.labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
    LocalVolumes: String(replica.volumes.length),
    Mounts: (replica.mounts ?? replica.volumes).map((name) => (truncate ? ellipsis(name, 15) : name)).join(','),
    Name: replica.name,
    Names: replica.name,
    Networks: replica.networks.join(','),
    Ports: portsText(replica.ports),
    Project: project,
    Publishers: replica.ports.map((port) => ({
      URL: port.hostIp,
      TargetPort: port.target,
      PublishedPort: port.hostPort,
      Protocol: port.protocol,
    })),
    RunningFor: `${humanDuration(now - replica.createdAt)} ago`,
    Service: replica.service,
    Size: '0B',
    State: replica.state,
    Status: replica.status,
  };
}

/** At most `width` characters, the last of them … when something was cut. */
export function ellipsis(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

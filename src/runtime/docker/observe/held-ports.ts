// Who holds the host ports that a project wants: containers first, because the engine knows them; then processes of this machine.

import type { ContainerSummary } from '#engine/api/container.ts';
import type { ListeningSocket } from '#host/host.ts';
import { label } from '#model/labels.ts';
import type { HeldPort } from '#model/observed.ts';
import type { DockerSetting } from '../setting.ts';
import { nameOf } from './replica.ts';
import type { PortKey } from '../../ports/wanted-ports.ts';

type Setting = Pick<DockerSetting, 'engine' | 'host'>;

export async function heldPorts(
  { engine, host }: Setting,
  project: string,
  wanted: ReadonlySet<PortKey>,
  signal?: AbortSignal,
): Promise<HeldPort[]> {
  if (wanted.size === 0) return [];
  const containers = await engine.json<ContainerSummary[]>({
    path: '/containers/json',
    query: { filters: { publish: [...wanted] } },
    signal,
  });
  const byContainers = containers.flatMap((row) => portsOf(row, project, wanted));
  if (!engine.isLocal || host.location !== 'local') return byContainers;
  // The engine's own proxy listens for the containers that are listed already; who else does costs a look at every process.
  const unknown = wanted.difference(new Set(byContainers.map((held) => `${held.port}/${held.protocol}`)));
  if (unknown.size === 0) return byContainers;
  return [...byContainers, ...(await host.listeners(unknown)).map(heldByProcess)];
}

function portsOf(row: ContainerSummary, project: string, wanted: ReadonlySet<PortKey>): HeldPort[] {
  const isOurs = row.Labels?.[label.project] === project;
  return (row.Ports ?? []).flatMap((port): HeldPort[] => {
    if (port.PublicPort === undefined || !wanted.has(`${port.PublicPort}/${port.Type}`)) return [];
    return [
      {
        hostIp: port.IP ?? '',
        port: port.PublicPort,
        protocol: port.Type,
        holder: `container "${nameOf(row)}"`,
        replicaId: isOurs ? row.Id : null,
      },
    ];
  });
}

function heldByProcess({ hostIp, port, protocol, owner }: ListeningSocket): HeldPort {
  const holder = owner === null ? 'a process of another user' : `process ${owner.name} (pid ${owner.pid})`;
  return { hostIp, port, protocol, holder, replicaId: null };
}

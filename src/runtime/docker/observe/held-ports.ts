// Who holds the host ports that a project wants: containers first, because the engine knows them; then processes of this machine.

import type { ContainerSummary } from '#engine/api/container.ts';
import { label } from '#model/labels.ts';
import type { HeldPort } from '#model/observed.ts';
import type { DockerSetting } from '../setting.ts';
import { ownersOf } from '../../ports/process-owners.ts';
import { nameOf } from './replica.ts';
import { type ListeningSocket, listeningSockets } from '../../ports/socket-table.ts';
import type { PortKey } from '../../ports/wanted-ports.ts';

type Setting = Pick<DockerSetting, 'engine' | 'host'>;

export async function heldPorts(
  { engine, host }: Setting,
  project: string,
  wanted: ReadonlySet<PortKey>,
  signal?: AbortSignal,
): Promise<HeldPort[]> {
  if (wanted.size === 0) return [];
  const canLook = engine.isLocal && host.location === 'local' && process.platform === 'linux';
  const [containers, sockets] = await Promise.all([
    engine.json<ContainerSummary[]>({ path: '/containers/json', query: { filters: { publish: [...wanted] } }, signal }),
    canLook ? wantedSockets(wanted) : [],
  ]);
  const byContainers = containers.flatMap((row) => portsOf(row, project, wanted));
  const known = new Set(byContainers.map((held) => `${held.port}/${held.protocol}`));
  // The engine's own proxy listens for the containers that are listed already.
  return [...byContainers, ...(await byProcesses(sockets.filter((socket) => !known.has(`${socket.port}/${socket.protocol}`))))];
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

async function wantedSockets(wanted: ReadonlySet<PortKey>): Promise<ListeningSocket[]> {
  const { readFile } = await import('node:fs/promises');
  const tables = await Promise.all(
    (['tcp', 'tcp6', 'udp', 'udp6'] as const).map(async (file) =>
      // A kernel without IPv6 has no such table.
      listeningSockets(await readFile(`/proc/net/${file}`, 'utf8').catch(() => ''), file),
    ),
  );
  return tables.flat().filter((socket) => wanted.has(`${socket.port}/${socket.protocol}`));
}

async function byProcesses(sockets: readonly ListeningSocket[]): Promise<HeldPort[]> {
  const owners = await ownersOf(new Set(sockets.map((socket) => socket.inode)));
  return sockets.map(({ hostIp, port, protocol, inode }) => {
    const owner = owners.get(inode);
    const holder = owner === undefined ? 'a process of another user' : `process ${owner.name} (pid ${owner.pid})`;
    return { hostIp, port, protocol, holder, replicaId: null };
  });
}

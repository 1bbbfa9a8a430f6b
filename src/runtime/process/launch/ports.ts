// A native service shares its host's ports: nothing stands between, so it must listen on the published port itself. Variables tell it which.
//
//   MUSTER_PORT_<target>    the port to listen on instead of <target>; _UDP behind it for UDP
//   MUSTER_HOST_<target>    the address to listen on, where the file gives one
//   PORT                    the same as the first, for a service with a single TCP port that does not set PORT itself

import { MusterError } from '#lib/errors.ts';
import { nativePorts } from '#model/muster-extension.ts';
import type { ObservedPort } from '#model/observed.ts';
import type { Service } from '#model/project.ts';
import { replicaPort } from '../../ports/replica-port.ts';

export type PortAssignment = { readonly ports: readonly ObservedPort[]; readonly variables: Readonly<Record<string, string>> };

export type PortQuestion = {
  readonly service: string;
  readonly number: number | null;
  readonly takenPorts: ReadonlySet<string>;
  readonly ofOtherReplicas: ReadonlySet<string>;
  readonly freePorts: readonly number[];
};

export function assignPorts(definition: Service, question: PortQuestion): PortAssignment {
  const { service, number, takenPorts, ofOtherReplicas } = question;
  const free = question.freePorts.values();
  const ports = nativePorts(definition).map((port): ObservedPort => {
    const published = replicaPort(port, number, takenPorts, ofOtherReplicas);
    if (published.includes('-')) throw noneFree(service, published);
    return {
      hostIp: port.host_ip ?? '',
      hostPort: Number(published) > 0 ? Number(published) : (free.next().value ?? 0),
      target: port.target,
      protocol: port.protocol ?? 'tcp',
    };
  });
  return { ports, variables: portVariables(ports) };
}

function noneFree(service: string, range: string): MusterError {
  return new MusterError('PORT_IN_USE', `of the host ports ${range} that service ${service} publishes none is free for it`, {
    hint: 'publish a wider range, or stop what holds them',
  });
}

function portVariables(ports: readonly ObservedPort[]): Record<string, string> {
  const variables: Record<string, string> = {};
  const tcp = ports.filter((port) => port.protocol === 'tcp');
  if (tcp.length === 1 && tcp[0] !== undefined) variables['PORT'] = String(tcp[0].hostPort);
  for (const { target, protocol, hostPort, hostIp } of ports) {
    const suffix = protocol === 'tcp' ? target : `${target}_${protocol.toUpperCase()}`;
    variables[`MUSTER_PORT_${suffix}`] ??= String(hostPort);
    if (hostIp !== '') variables[`MUSTER_HOST_${suffix}`] ??= hostIp;
  }
  return variables;
}

/** How many ports of a service are ours to choose. */
export function openChoices(service: Service): number {
  return nativePorts(service).filter((port) => Number(port.published ?? '') === 0).length;
}

import type { ContainerConfig, PortBinding, PortMap } from '#engine/api/container.ts';
import type { Port, Service } from '#model/project.ts';
import { replicaPort } from '../../ports/replica-port.ts';
import type { Recipe } from './recipe.ts';

type ExposedPorts = NonNullable<ContainerConfig['ExposedPorts']>;

export function exposedPorts(service: Service): ExposedPorts | undefined {
  const exposed = [...(service.expose ?? []), ...(service.ports ?? []).map(containerPort)];
  return exposed.length === 0 ? undefined : Object.fromEntries(exposed.map((port) => [port, {}]));
}

export function portBindings(recipe: Recipe): PortMap | undefined {
  const bindings: Record<string, PortBinding[]> = {};
  for (const port of recipe.definition.ports ?? [])
    (bindings[containerPort(port)] ??= []).push({
      HostIp: port.host_ip ?? '',
      HostPort: replicaPort(port, recipe.number, recipe.takenPorts),
    });
  return Object.keys(bindings).length === 0 ? undefined : bindings;
}

const containerPort = (port: Port): string => `${port.target}/${port.protocol ?? 'tcp'}`;

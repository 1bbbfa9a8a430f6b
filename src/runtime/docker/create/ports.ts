import type { ContainerConfig, PortBinding, PortMap } from '#engine/api/container.ts';
import type { Port, Service } from '#model/project.ts';
import type { Recipe } from './recipe.ts';

type ExposedPorts = NonNullable<ContainerConfig['ExposedPorts']>;

export function exposedPorts(service: Service): ExposedPorts | undefined {
  const exposed = [...(service.expose ?? []), ...(service.ports ?? []).map(containerPort)];
  return exposed.length === 0 ? undefined : Object.fromEntries(exposed.map((port) => [port, {}]));
}

export function portBindings(recipe: Recipe): PortMap | undefined {
  const bindings: Record<string, PortBinding[]> = {};
  for (const port of recipe.definition.ports ?? [])
    (bindings[containerPort(port)] ??= []).push({ HostIp: port.host_ip ?? '', HostPort: hostPort(port, recipe) });
  return Object.keys(bindings).length === 0 ? undefined : bindings;
}

const containerPort = (port: Port): string => `${port.target}/${port.protocol ?? 'tcp'}`;

/**
 * Replica n takes the n-th port of a range, so that ports stay where they were; one that somebody holds is passed over. The engine
 * would choose too, but in the order of starts, and two starts at a time race for one port.
 */
function hostPort(port: Port, { number, takenPorts }: Recipe): string {
  const published = port.published ?? '';
  const range = /^(\d+)-(\d+)$/.exec(published);
  if (range === null) return published;
  const [first, last] = [Number(range[1]), Number(range[2])];
  const size = last - first + 1;
  const start = (number ?? 1) - 1;
  // More replicas than ports: nothing fits, and the engine says so.
  if (start >= size) return published;
  for (let step = 0; start + step < size; step++) {
    const candidate = first + start + step;
    if (!takenPorts.has(`${candidate}/${port.protocol ?? 'tcp'}`)) return String(candidate);
  }
  return published;
}

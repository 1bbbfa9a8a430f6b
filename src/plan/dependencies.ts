// Who needs whom. Compose derives dependencies from more than depends_on: shared namespaces, volumes_from and links count too.

import { MusterError } from '#lib/errors.ts';
import type { Dependency, Service } from '#model/project.ts';

export type Services = Readonly<Record<string, Service>>;

/** Everything that `service` needs, by name; entries written in depends_on win over derived ones. */
export function dependenciesOf(service: Service): Readonly<Record<string, Dependency>> {
  const derived: Record<string, Dependency> = {};
  for (const parent of namespaceParents(service))
    derived[parent] = { condition: 'service_started', required: true, restart: true };
  for (const link of service.links ?? [])
    derived[link.split(':')[0] ?? link] ??= { condition: 'service_started', required: true };
  return { ...derived, ...service.depends_on };
}

/** Services whose replica this one joins: gone or replaced, they take it with them. */
export function namespaceParents(service: Service): readonly string[] {
  const parents = new Set<string>();
  for (const mode of [service.network_mode, service.ipc, service.pid, service.uts, service.cgroup])
    if (mode?.startsWith('service:') === true) parents.add(mode.slice('service:'.length));
  for (const source of service.volumes_from ?? [])
    if (!source.startsWith('container:')) parents.add(source.split(':')[0] ?? source);
  return [...parents];
}

/** Services in an order in which each comes after what it needs; names break ties, so that it is always the same. */
export function inDependencyOrder(services: Services): string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (name: string): void => {
    const service = services[name];
    if (service === undefined || state.get(name) === 'done') return;
    if (state.get(name) === 'open') throw circle([...trail.slice(trail.indexOf(name)), name]);
    state.set(name, 'open');
    trail.push(name);
    for (const dependency of Object.keys(dependenciesOf(service)).sort()) visit(dependency);
    trail.pop();
    state.set(name, 'done');
    order.push(name);
  };
  for (const name of Object.keys(services).sort()) visit(name);
  return order;
}

function circle(names: readonly string[]): MusterError {
  return new MusterError('COMPOSE_CYCLE', `services depend on each other in a circle: ${names.join(' -> ')}`, {
    hint: 'remove one of these dependencies',
  });
}

/** For each service, those of `services` that need it. */
export function dependentsOf(services: Services): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const name of Object.keys(services).sort()) {
    // The key comes from the same object.
    for (const dependency of Object.keys(dependenciesOf(services[name] as Service))) {
      const list = dependents.get(dependency);
      if (list === undefined) dependents.set(dependency, [name]);
      else list.push(name);
    }
  }
  return dependents;
}

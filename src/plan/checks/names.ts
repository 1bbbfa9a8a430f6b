// Names that two things would share: replicas on the engine, services and aliases on a network.

import { MusterError } from '#lib/errors.ts';
import { replicaName } from '#model/names.ts';
import type { Project } from '#model/project.ts';
import type { Services } from '../dependencies.ts';
import type { UpOptions } from '../options.ts';
import { wantedReplicas } from '../scale.ts';

export type NameCheck = { readonly problems: MusterError[]; readonly notes: string[] };

export function checkNames(project: Project, services: Services, options: UpOptions): NameCheck {
  const aliases = checkAliases(services);
  return { problems: [...checkContainerNames(project, services, options), ...aliases.problems], notes: aliases.notes };
}

function checkContainerNames(project: Project, services: Services, options: UpOptions): MusterError[] {
  const problems: MusterError[] = [];
  const takenBy = new Map<string, string>();
  const take = (name: string, service: string): void => {
    const other = takenBy.get(name);
    if (other === undefined) takenBy.set(name, service);
    else
      problems.push(
        new MusterError('NAME_COLLISION', `services ${other} and ${service} would both have a replica called ${name}`, {
          hint: 'change or remove one `container_name`',
        }),
      );
  };
  const entries = Object.entries(services);
  for (const [name, service] of entries) {
    if (service.container_name === undefined) continue;
    const count = wantedReplicas(service, name, options.scale);
    if (count > 1)
      problems.push(
        new MusterError('NAME_COLLISION', `service ${name} is to have ${count} replicas, all called ${service.container_name}`, {
          hint: 'remove its `container_name`, or scale it to 1',
        }),
      );
    take(service.container_name, name);
  }
  // Generated names can only collide with given ones.
  if (takenBy.size === 0) return problems;
  for (const [name, service] of entries) {
    if (service.container_name !== undefined) continue;
    for (let number = 1; number <= wantedReplicas(service, name, options.scale); number++)
      take(replicaName(project.name, name, number, options.separator), name);
  }
  return problems;
}

/** One alias for two services means round robin, and may be meant. An alias that is another service's own name hijacks it. */
function checkAliases(services: Services): NameCheck {
  const problems: MusterError[] = [];
  const notes: string[] = [];
  const owners = new Map<string, string[]>();
  const entries = Object.entries(services).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, service] of entries)
    for (const [network, how] of Object.entries(service.networks ?? {}))
      for (const alias of new Set(how?.aliases ?? [])) {
        if (alias === name) continue;
        const other = services[alias];
        if (other !== undefined && Object.hasOwn(services, alias) && network in (other.networks ?? {}))
          problems.push(
            new MusterError(
              'NAME_COLLISION',
              `service ${name} has the alias ${alias} on network ${network}, where service ${alias} is`,
              {
                hint: 'rename the alias: otherwise the name would mean now one, now the other',
              },
            ),
          );
        const key = `${alias} on network ${network}`;
        owners.set(key, [...(owners.get(key) ?? []), name]);
      }
  for (const [alias, names] of owners)
    if (names.length > 1) notes.push(`alias ${alias} means services ${names.join(' and ')} in turn`);
  return { problems, notes };
}

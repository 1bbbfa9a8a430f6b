// SERVICE arguments -> the services that a command is about.

import { MusterError, throwAll } from '#lib/errors.ts';
import { nearestName } from '#lib/nearest-name.ts';
import type { Project, Service } from '#model/project.ts';
import { type Services, dependenciesOf } from './dependencies.ts';

/** Exactly the named ones, in name order; all when none is named. Throws UNKNOWN_SERVICE for each that the project does not have. */
export function namedServices(project: Project, names: readonly string[] = []): string[] {
  if (names.length === 0) return Object.keys(project.services).sort();
  throwAll(
    [...new Set(names)].filter((name) => serviceOf(project, name) === undefined).map((name) => unknownService(project, name)),
  );
  return [...new Set(names)].sort();
}

/** The named ones with everything they need. `noDeps` leaves the rest out, also from depends_on, so that nothing waits for it. */
export function selectServices(project: Project, names: readonly string[] = [], noDeps = false): Services {
  const named = namedServices(project, names);
  const wanted = new Set<string>();
  const want = (name: string): void => {
    const service = serviceOf(project, name);
    if (service === undefined || wanted.has(name)) return;
    wanted.add(name);
    if (noDeps) return;
    for (const [dependency, how] of Object.entries(dependenciesOf(service)))
      // A dependency that a profile disables and that is not required is simply not there.
      if (how.required || project.services[dependency] !== undefined) want(dependency);
  };
  named.forEach(want);
  return Object.fromEntries(
    [...wanted].sort().map((name) => [name, withoutDependenciesOutside(serviceOf(project, name) as Service, wanted)]),
  );
}

/** Also services that a profile leaves out: naming one enables it. */
export function serviceOf(project: Project, name: string): Service | undefined {
  return own(project.services, name) ?? own(project.disabledServices, name);
}

/** `record.constructor` is not a service. */
function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function withoutDependenciesOutside(service: Service, wanted: ReadonlySet<string>): Service {
  const all = Object.entries(service.depends_on ?? {});
  const kept = all.filter(([name]) => wanted.has(name));
  return kept.length === all.length ? service : { ...service, depends_on: Object.fromEntries(kept) };
}

export function unknownService(project: Project, name: string): MusterError {
  const known = [...Object.keys(project.services), ...Object.keys(project.disabledServices)].sort();
  const nearest = nearestName(name, known);
  const list = known.length === 0 ? 'this project has no services' : `services are: ${known.join(', ')}`;
  return new MusterError('UNKNOWN_SERVICE', `no such service: ${name}`, {
    hint: nearest === null ? list : `did you mean "${nearest}"? ${list}`,
  });
}

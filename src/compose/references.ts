// `${service:db.ip}`: where a reference may stand, whom it may name, and the dependency that it implies.

import type { MusterError } from '#lib/errors.ts';
import type { Dependency, Service } from '#model/project.ts';
import { type Reference, referencesIn } from '#model/reference.ts';
import { problemAt } from './problem.ts';
import { type Selection, type Services, unknownService } from './selection.ts';
import { sortedKeys } from './sort.ts';
import { isMapping, type Mapping, type PathKey, type Tree } from './tree.ts';

/** What only matters once the service is made; everything else must be known before. */
const mayRefer = new Set([
  'annotations',
  'command',
  'entrypoint',
  'environment',
  'extra_hosts',
  'healthcheck',
  'labels',
  'post_start',
  'pre_stop',
  'x-muster',
]);

/** The services with the dependencies that their references imply. Tells of each reference that can't be. */
export function withImpliedDependencies(root: Mapping, selection: Selection, report: (problem: MusterError) => void): Selection {
  checkPlaces(root, report);
  const imply = (services: Services, tell: (problem: MusterError) => void): Services =>
    mapServices(services, (service, name) => withImplied(service, name, root, selection, tell));
  // Nobody minds what a service that is left out refers to.
  return { enabled: imply(selection.enabled, report), disabled: imply(selection.disabled, () => {}) };
}

function withImplied(
  service: Service,
  name: string,
  root: Mapping,
  selection: Selection,
  report: (problem: MusterError) => void,
): Service {
  const implied: Record<string, Dependency> = {};
  for (const { reference, path } of placesIn(service as unknown as Tree, ['services', name])) {
    const problem = problemOf(reference, name, path, root, selection);
    if (problem !== null) report(problem);
    else implied[reference.service] = { condition: 'service_started', required: true };
  }
  // What the file says about the dependency counts.
  return Object.keys(implied).length === 0 ? service : { ...service, depends_on: { ...implied, ...service.depends_on } };
}

function problemOf(
  reference: Reference,
  name: string,
  path: readonly PathKey[],
  root: Mapping,
  selection: Selection,
): MusterError | null {
  const { service, text, wish } = reference;
  if (service === name)
    return problemAt(root, path, `${text} refers to its own service`, {
      code: 'COMPOSE_CYCLE',
      hint: 'name another service',
      side: 'value',
    });
  if (wish.kind === 'port' && (wish.target < 1 || wish.target > 65_535))
    return problemAt(root, path, `${text}: there is no port ${wish.target}`, { hint: 'ports are 1 to 65535', side: 'value' });
  if (service in selection.enabled) return null;
  const profiles = selection.disabled[service]?.profiles;
  const unknown = unknownService(service, selection);
  const hint =
    profiles === undefined ? unknown.hint : `it is left out by its profiles: enable one with --profile ${profiles[0] ?? ''}`;
  return problemAt(root, path, `${text} refers to undefined service "${service}"`, {
    code: 'COMPOSE_REFERENCE',
    side: 'value',
    ...(hint === undefined ? {} : { hint }),
  });
}

function checkPlaces(root: Mapping, report: (problem: MusterError) => void): void {
  for (const { reference, path } of placesIn(root, [])) {
    const [section, , key] = path;
    const isExtension = typeof section === 'string' && section.startsWith('x-');
    if (isExtension || (section === 'services' && mayRefer.has(String(key)))) continue;
    const hint = `addresses are known once services run: use them in ${[...mayRefer].slice(0, 4).join(', ')} … of a service`;
    report(problemAt(root, path, `${reference.text} can't be used here`, { hint, side: 'value' }));
  }
}

function placesIn(value: Tree, path: readonly PathKey[]): { readonly reference: Reference; readonly path: readonly PathKey[] }[] {
  if (typeof value === 'string') return referencesIn(value).map((reference) => ({ reference, path }));
  if (Array.isArray(value)) return value.flatMap((item, index) => placesIn(item, [...path, index]));
  if (!isMapping(value)) return [];
  return sortedKeys(value).flatMap((key) => placesIn(value[key] as Tree, [...path, key]));
}

function mapServices(services: Services, change: (service: Service, name: string) => Service): Services {
  const changed = Object.create(null) as Record<string, Service>;
  for (const name of Object.keys(services)) changed[name] = change(services[name] as Service, name);
  return changed;
}

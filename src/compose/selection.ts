// Which services are wanted: profiles, SERVICE arguments, and what those need.

import { MusterError } from '#lib/errors.ts';
import type { Service } from '#model/project.ts';
import { nearestName } from './nearest.ts';
import { sortedKeys } from './sort.ts';

export type Services = Readonly<Record<string, Service>>;
export type Selection = { readonly enabled: Services; readonly disabled: Services };

export function selectProfiles(services: Services, profiles: readonly string[]): Selection {
  return split(services, (service) => hasProfile(service, profiles));
}

function hasProfile(service: Service, profiles: readonly string[]): boolean {
  const own = service.profiles ?? [];
  return own.length === 0 || profiles.includes('*') || own.some((profile) => profiles.includes(profile));
}

/** Naming a service enables its profiles. */
export function enableServices(selection: Selection, names: readonly string[], profiles: readonly string[]): Selection {
  const more = names.flatMap((name) => (name in selection.enabled ? [] : (selection.disabled[name]?.profiles ?? [])));
  if (more.length === 0) return selection;
  return selectProfiles(merged(selection), [...profiles, ...more]);
}

/** Keeps the named services and what they depend on; dependencies on others are dropped. */
export function selectServices(selection: Selection, names: readonly string[]): Selection {
  if (names.length === 0) return selection;
  const wanted = new Set<string>();
  for (const name of names) collect(name, true, selection, wanted);
  const { enabled, disabled } = split(selection.enabled, (_, name) => wanted.has(name));
  const kept = Object.create(null) as Record<string, Service>;
  for (const name of Object.keys(enabled))
    kept[name] = withoutDependencies(enabled[name] as Service, (other) => wanted.has(other));
  return { enabled: kept, disabled: merged({ enabled: disabled, disabled: selection.disabled }) };
}

function collect(name: string, required: boolean, selection: Selection, wanted: Set<string>): void {
  if (wanted.has(name)) return;
  const service = selection.enabled[name];
  if (service === undefined) {
    if (required) throw unknownService(name, selection);
    return;
  }
  wanted.add(name);
  for (const [other, dependency] of Object.entries(service.depends_on ?? {}))
    collect(other, dependency.required, selection, wanted);
}

export function unknownService(name: string, selection: Selection): MusterError {
  const known = sortedKeys(merged(selection));
  const near = nearestName(name, known);
  const list = known.length === 0 ? 'the project has no services' : `services are: ${known.join(', ')}`;
  return new MusterError('UNKNOWN_SERVICE', `no such service: ${name}`, {
    hint: near === null ? list : `did you mean "${near}"?`,
  });
}

function withoutDependencies(service: Service, keep: (name: string) => boolean): Service {
  const { depends_on: dependsOn, ...rest } = service;
  if (dependsOn === undefined) return service;
  const kept = Object.entries(dependsOn).filter(([name]) => keep(name));
  return kept.length === 0 ? rest : { ...service, depends_on: Object.fromEntries(kept) };
}

function split(services: Services, isIn: (service: Service, name: string) => boolean): Selection {
  const enabled = Object.create(null) as Record<string, Service>;
  const disabled = Object.create(null) as Record<string, Service>;
  for (const name of Object.keys(services)) {
    const service = services[name] as Service;
    (isIn(service, name) ? enabled : disabled)[name] = service;
  }
  return { enabled, disabled };
}

function merged({ enabled, disabled }: Selection): Services {
  const all = Object.create(null) as Record<string, Service>;
  return Object.assign(all, enabled, disabled);
}

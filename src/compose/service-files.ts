// env_file and label_file: their variables become the service's environment and labels.

import type { Service } from '#model/project.ts';
import { readServiceFile, type ServiceEnvFile } from './env-files.ts';
import { isAbsolutePath, joinPath } from './gopath.ts';
import { placeOf } from './places.ts';
import type { Problems } from './problems.ts';
import type { Reader } from './reader.ts';
import type { Services } from './selection.ts';
import { compareBytes } from './sort.ts';
import type { Lookup } from './template.ts';
import type { Mapping, TreePath } from './tree.ts';

export type ServiceFilesContext = {
  readonly root: Mapping;
  readonly reader: Reader;
  /** Paths that were left relative are looked up here. */
  readonly cwd: string;
  readonly lookup: Lookup;
  readonly known?: ReadonlyMap<string, string>;
  readonly warn: (message: string) => void;
  readonly problems: Problems;
};

/** The file's keys that this module resolves; they are not part of the model that others see. */
type WithFiles = Service & { readonly env_file?: readonly Partial<ServiceEnvFile>[]; readonly label_file?: readonly string[] };

export function resolveEnvFiles(services: Services, context: ServiceFilesContext): Services {
  return mapServices(services, (service, name) => withEnvironment(service, name, context));
}

export function resolveLabelFiles(services: Services, context: ServiceFilesContext): Services {
  return mapServices(services, (service, name) => withLabels(service, name, context));
}

function withEnvironment(service: WithFiles, name: string, context: ServiceFilesContext): Service {
  const { env_file: files, ...rest } = service;
  const own = Object.entries(service.environment ?? {}).map(([key, value]): [string, string | null] => [
    key,
    value ?? context.lookup(key) ?? null,
  ]);
  if (files === undefined) return own.length === 0 ? service : { ...service, environment: sorted(own) };
  const written = new Map(own.filter((entry): entry is [string, string] => entry[1] !== null));
  const known = new Map(written);
  const lookup: Lookup = (key) => context.lookup(key) ?? written.get(key);
  files.forEach(({ path = '', required = true, format = '' }, index) => {
    const found = variablesIn({ path: pathFrom(context.cwd, path), required, format }, ['services', name, 'env_file', index], {
      ...context,
      lookup,
      known,
    });
    for (const [key, value] of found ?? []) known.set(key, value);
  });
  const variables = new Map<string, string | null>([...known, ...own]);
  return variables.size === 0 ? rest : { ...rest, environment: sorted([...variables]) };
}

function withLabels(service: WithFiles, name: string, context: ServiceFilesContext): Service {
  const { label_file: files, ...rest } = service;
  if (files === undefined) return service;
  const labels = new Map<string, string>();
  files.forEach((path, index) => {
    const file = { path: pathFrom(context.cwd, path), required: true, format: '' };
    const found = variablesIn(file, ['services', name, 'label_file', index], {
      ...context,
      lookup: (key) => labels.get(key),
    });
    for (const [key, value] of found ?? []) labels.set(key, value);
  });
  for (const [key, value] of Object.entries(service.labels ?? {})) labels.set(key, value);
  return labels.size === 0 ? rest : { ...rest, labels: sorted([...labels]) };
}

function variablesIn(file: ServiceEnvFile, path: TreePath, context: ServiceFilesContext): Map<string, string> | null {
  const kind = path[2] === 'env_file' ? 'env' : 'label';
  return context.problems.attempt(
    () => readServiceFile(file, kind, { path, place: placeOf(context.root, path) }, context),
    (problem) => {
      context.problems.add(problem);
      return null;
    },
  );
}

function pathFrom(cwd: string, path: string): string {
  return isAbsolutePath(path) ? path : joinPath(cwd, path);
}

function sorted<Value>(entries: readonly [string, Value][]): Readonly<Record<string, Value>> {
  const mapping = Object.create(null) as Record<string, Value>;
  for (const [key, value] of [...entries].sort(([left], [right]) => compareBytes(left, right))) mapping[key] = value;
  return mapping;
}

function mapServices(services: Services, change: (service: Service, name: string) => Service): Services {
  const changed = Object.create(null) as Record<string, Service>;
  for (const name of Object.keys(services)) changed[name] = change(services[name] as Service, name);
  return changed;
}

// Relative paths are made absolute (or, for a file that is included or extended, relative to the file that asks for it).

import type { MusterError } from '#lib/errors.ts';
import { at, itemsIn, mappingsIn } from './defaults.ts';
import { expandHome, isAbsolutePath, isWindowsAbsolute, joinPath } from './gopath.ts';
import { problemAt } from './problem.ts';
import { isMapping, type Mapping, type Tree } from './tree.ts';

export type PathOptions = {
  /** What relative paths are relative to. */
  readonly base: string;
  readonly home: string | undefined;
  /** The path with its symbolic links followed; unchanged when it does not exist. */
  readonly followLinks: (path: string) => string;
};

export function resolvePaths(root: Mapping, options: PathOptions, problems: MusterError[]): void {
  const services = root['services'];
  for (const [name, service] of Object.entries(isMapping(services) ? services : {})) {
    if (isMapping(service)) resolveService(service, options, (index) => problems.push(missingSource(root, name, index)));
  }
  for (const section of ['configs', 'secrets']) {
    for (const object of mappingsIn(root[section])) change(object, 'file', (file) => maybeUnixPath(file, options));
  }
  for (const volume of mappingsIn(root['volumes'])) {
    const driverOptions = volume['driver_opts'];
    if (volume['driver'] !== 'local' || !isMapping(driverOptions) || driverOptions['o'] !== 'bind') continue;
    change(driverOptions, 'device', (device) => maybeUnixPath(device, options));
  }
}

function resolveService(service: Mapping, options: PathOptions, missing: (index: number) => void): void {
  const { build } = service;
  if (isMapping(build)) {
    change(build, 'context', (context) => contextPath(context, options));
    const contexts = build['additional_contexts'];
    if (isMapping(contexts))
      for (const key of Object.keys(contexts)) change(contexts, key, (context) => contextPath(context, options));
    // Without interpolation a list that can't be read is still one; Docker Compose takes its items for paths.
    else if (Array.isArray(contexts))
      contexts.forEach((context, index) => {
        if (typeof context === 'string') contexts[index] = contextPath(context, options);
      });
    const keys = build['ssh'];
    if (isMapping(keys)) for (const key of Object.keys(keys)) change(keys, key, (path) => maybeUnixPath(path, options));
  }
  for (const file of itemsIn(service['env_file'])) change(file, 'path', (path) => absolute(path, options));
  const labelFiles = service['label_file'];
  if (Array.isArray(labelFiles)) {
    labelFiles.forEach((file, index) => {
      if (typeof file === 'string') labelFiles[index] = absolute(file, options);
    });
  }
  if (isMapping(service['extends'])) change(service['extends'], 'file', (file) => absolute(file, options));
  for (const rule of itemsIn(at(service, 'develop', 'watch'))) {
    change(rule, 'path', (path) => options.followLinks(absolute(path, options)));
  }
  const native = at(service, 'x-muster', 'process');
  if (isMapping(native)) change(native, 'working_dir', (path) => absolute(path, options));
  const { volumes } = service;
  if (!Array.isArray(volumes)) return;
  volumes.forEach((volume, index) => {
    if (!isMapping(volume) || volume['type'] !== 'bind') return;
    if (volume['source'] === undefined) missing(index);
    change(volume, 'source', (source) => maybeUnixPath(source, options));
  });
}

function missingSource(root: Mapping, name: string, index: number): MusterError {
  return problemAt(root, ['services', name, 'volumes', index], 'invalid mount config for type "bind": source must not be empty', {
    hint: 'add source: with the path on the host',
  });
}

function change(mapping: Mapping, key: string, resolve: (path: string) => Tree): void {
  const value = mapping[key];
  if (typeof value === 'string') mapping[key] = resolve(value);
}

function absolute(path: string, { base, home }: PathOptions): string {
  const expanded = expandHome(path, home);
  return expanded === '' || isAbsolutePath(expanded) ? expanded : joinPath(base, expanded);
}

/** The engine may run on another platform than we do: what is absolute on either stays. */
function maybeUnixPath(path: string, { base, home }: PathOptions): string {
  const expanded = expandHome(path, home);
  return isAbsolutePath(expanded) || isWindowsAbsolute(expanded) ? expanded : joinPath(base, expanded);
}

const remotePrefixes = ['https://', 'http://', 'git://', 'ssh://', 'github.com/', 'git@'];

function contextPath(context: string, options: PathOptions): string {
  const isElsewhere =
    context.includes('://') || context.startsWith('service:') || remotePrefixes.some((prefix) => context.startsWith(prefix));
  return isElsewhere ? context : absolute(context, options);
}

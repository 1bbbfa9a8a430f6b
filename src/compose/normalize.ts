// What the file leaves unsaid is said: the default network, names, build defaults, dependencies that links and shared namespaces
// imply.

import { at, itemsIn, mappingsIn } from './defaults.ts';
import { cleanPath } from './gopath.ts';
import type { Lookup } from './template.ts';
import { isMapping, newMapping, scalarText, type Mapping, type Tree } from './tree.ts';

export function normalize(root: Mapping, lookup: Lookup): void {
  addDefaultNetwork(root);
  for (const service of mappingsIn(root['services'])) normalizeService(service, lookup);
  nameResources(root);
}

function addDefaultNetwork(root: Mapping): void {
  let isUsed = false;
  for (const service of mappingsIn(root['services'])) {
    if ('network_mode' in service || 'provider' in service) continue;
    const { networks } = service;
    if (!isMapping(networks) || Object.keys(networks).length === 0) {
      service['networks'] = Object.assign(newMapping(), { default: null });
      isUsed = true;
    } else if ('default' in networks) isUsed = true;
  }
  const networks = isMapping(root['networks']) ? root['networks'] : newMapping();
  if (isUsed && !('default' in networks)) networks['default'] = null;
  if (Object.keys(networks).length > 0) root['networks'] = networks;
}

function normalizeService(service: Mapping, lookup: Lookup): void {
  if (service['pull_policy'] === 'if_not_present') service['pull_policy'] = 'missing';
  const { build } = service;
  if (isMapping(build)) {
    build['context'] ??= '.';
    if ((build['dockerfile'] ?? null) === null && (build['dockerfile_inline'] ?? null) === null)
      build['dockerfile'] = 'Dockerfile';
    if ('args' in build) build['args'] = withValues(build['args'], lookup, false);
  }
  for (const part of [service, at(service, 'x-muster', 'process')])
    if (isMapping(part) && 'environment' in part) part['environment'] = withValues(part['environment'], lookup, true);
  for (const volume of itemsIn(service['volumes'])) {
    if (typeof volume['target'] === 'string') volume['target'] = cleanPath(volume['target']);
  }
  const dependencies = isMapping(service['depends_on']) ? service['depends_on'] : newMapping();
  for (const { name, restart } of impliedDependencies(service)) {
    dependencies[name] ??= Object.assign(newMapping(), { condition: 'service_started', restart, required: true });
  }
  if (Object.keys(dependencies).length > 0) service['depends_on'] = dependencies;
}

function impliedDependencies(service: Mapping): { readonly name: string; readonly restart: boolean }[] {
  const implied: { name: string; restart: boolean }[] = [];
  for (const link of textsIn(service['links'])) {
    const parts = link.split(':');
    implied.push({ name: parts.length === 2 ? (parts[0] ?? '') : link, restart: true });
  }
  for (const namespace of ['network_mode', 'ipc', 'pid', 'uts', 'cgroup']) {
    const value = service[namespace];
    if (typeof value === 'string' && value.startsWith('service:'))
      implied.push({ name: value.slice('service:'.length), restart: true });
  }
  for (const source of textsIn(service['volumes_from'])) {
    if (!source.startsWith('container:')) implied.push({ name: source.split(':')[0] ?? '', restart: false });
  }
  return implied;
}

function textsIn(value: Tree | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Gives names without a value the environment's; `keepUnset`: or else they stay without one, where dropping would change the meaning. */
function withValues(value: Tree, lookup: Lookup, keepUnset: boolean): Tree {
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (typeof item !== 'string' || item.includes('=')) return [item];
      const found = lookup(item);
      if (found !== undefined) return [`${item}=${found}`];
      return keepUnset ? [item] : [];
    });
  }
  if (!isMapping(value)) return value;
  const resolved = newMapping();
  for (const key of Object.keys(value)) {
    const found = value[key] === null ? lookup(key) : value[key];
    if (found !== undefined) resolved[key] = found as Tree;
    else if (keepUnset) resolved[key] = null;
  }
  return resolved;
}

function nameResources(root: Mapping): void {
  for (const section of ['networks', 'volumes', 'configs', 'secrets']) {
    const resources = root[section];
    if (!isMapping(resources)) continue;
    for (const key of Object.keys(resources)) {
      const value = resources[key];
      const resource = isMapping(value) ? value : newMapping();
      if ((resource['name'] ?? null) === null) {
        resource['name'] = isTrue(resource['external']) ? key : `${scalarText(root['name'] ?? null)}_${key}`;
      }
      resources[key] = resource;
    }
  }
}

function isTrue(value: Tree | undefined): boolean {
  return value === true || (typeof value === 'string' && /^(?:1|t|true)$/i.test(value));
}

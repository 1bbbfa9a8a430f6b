// A project without its file (`muster -p blog down`): what labels tell is enough to stop, start, restart and remove, never to make.

import { label } from '#model/labels.ts';
import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Dependency, DependencyCondition, Project, Service } from '#model/project.ts';

export function hydrateProject(observed: Observed): Project {
  const services: Record<string, Service> = {};
  const byService = Map.groupBy(observed.replicas, (replica) => replica.service);
  for (const name of [...byService.keys()].sort()) {
    const replicas = byService.get(name) ?? [];
    // Dependencies on services that are gone can't be waited for.
    const first = replicas.find((replica) => !replica.oneOff) ?? replicas[0];
    if (first !== undefined) services[name] = hydrateService(first, replicas, (dependency) => byService.has(dependency));
  }
  const labels = observed.replicas[0]?.labels ?? {};
  const own = <Thing extends { readonly ours: boolean; readonly key: string }>(things: readonly Thing[]): Thing[] =>
    things.filter((thing) => thing.ours && thing.key !== '');
  return {
    name: observed.project,
    workingDir: labels[label.workingDir] ?? '',
    composeFiles: (labels[label.configFiles] ?? '').split(',').filter((file) => file !== ''),
    envFiles: [],
    environment: {},
    profiles: [],
    services,
    disabledServices: {},
    networks: Object.fromEntries(own(observed.networks).map((network) => [network.key, { name: network.name }])),
    volumes: Object.fromEntries(own(observed.volumes).map((volume) => [volume.key, { name: volume.name }])),
    secrets: {},
    configs: {},
    models: {},
    extensions: {},
    configHashes: {},
    networkHashes: {},
    volumeHashes: {},
    warnings: [],
  };
}

function hydrateService(
  replica: ObservedReplica,
  replicas: readonly ObservedReplica[],
  exists: (service: string) => boolean,
): Service {
  const depends = parseDependsOn(replica.labels[label.dependsOn] ?? '').filter(([name]) => exists(name));
  return {
    command: null,
    entrypoint: null,
    image: replica.image,
    scale: replicas.filter((each) => !each.oneOff).length,
    ...(depends.length === 0 ? {} : { depends_on: Object.fromEntries(depends) }),
  };
}

const conditions: ReadonlySet<string> = new Set(['service_started', 'service_healthy', 'service_completed_successfully']);

/** `db:service_healthy:false,cache:service_started:true`: name, condition, restart. Older writers left the last ones out. */
function parseDependsOn(text: string): [string, Dependency][] {
  return text
    .split(',')
    .filter((entry) => entry !== '')
    .map((entry): [string, Dependency] => {
      const [name = '', condition = '', restart = ''] = entry.split(':');
      const known = conditions.has(condition) ? (condition as DependencyCondition) : 'service_started';
      return [name, { condition: known, required: true, ...(restart === 'true' ? { restart: true } : {}) }];
    });
}

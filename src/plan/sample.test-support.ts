// Small projects and observations for tests that spell out what they mean.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import { projectOf } from './random-project.test-support.ts';

const docker = { images: true, networks: true, volumes: true, concurrency: 4 };
const native = { images: false, networks: false, volumes: false, concurrency: 4 };
const far = { host: 'ssh://far', address: 'far.example' };

/** This machine's and another's. */
export const twoHosts: TraitsByRuntime = {
  docker,
  process: native,
  remote: { ...native, attachesOnly: true },
  'docker@ssh://far': { ...docker, place: far },
  'process@ssh://far': { ...native, place: far },
};

/** A service on the default network; give only what matters. */
export function service(fields: Partial<Service> = {}): Service {
  return { image: 'app', command: null, entrypoint: null, networks: { default: null }, ...fields };
}

export function project(services: Readonly<Record<string, Partial<Service>>>, fields: Partial<Project> = {}): Project {
  const full = Object.fromEntries(Object.entries(services).map(([name, each]) => [name, service(each)]));
  return { ...projectOf(full), ...fields };
}

export function observed(fields: Partial<Observed> = {}): Observed {
  return { project: 'shop', replicas: [], networks: [], volumes: [], images: {}, heldPorts: [], ...fields };
}

/** Everything that `project` wants, up and up to date. */
export function running(
  wanted: Project,
  change: (replica: ObservedReplica) => Partial<ObservedReplica> | null = () => ({}),
): Observed {
  const replicas = Object.entries(wanted.services).flatMap(([name, each]) =>
    Array.from({ length: each.scale ?? 1 }, (_, index) => replica(wanted, name, index + 1)),
  );
  return observed({
    replicas: replicas.flatMap((each) => {
      const changed = change(each);
      return changed === null ? [] : [{ ...each, ...changed }];
    }),
    networks: Object.entries(wanted.networks).map(([key, { name }]) => ({
      runtime: 'docker',
      id: name,
      name,
      key,
      configHash: wanted.networkHashes[key] ?? '',
      ours: true,
    })),
    volumes: Object.entries(wanted.volumes).map(([key, { name }]) => ({
      runtime: 'docker',
      name,
      key,
      configHash: wanted.volumeHashes[key] ?? '',
      ours: true,
    })),
  });
}

export function replica(wanted: Project, name: string, number = 1, fields: Partial<ObservedReplica> = {}): ObservedReplica {
  const own = wanted.services[name] ?? service();
  return {
    id: `${name}${number}`.padEnd(64, '0'),
    name: own.container_name ?? `${wanted.name}-${name}-${number}`,
    runtime: 'docker',
    service: name,
    number,
    oneOff: false,
    state: 'running',
    health: own.healthcheck === undefined ? 'none' : 'healthy',
    exitCode: null,
    createdAt: number,
    image: own.image ?? '',
    imageId: 'sha256:app',
    configHash: wanted.configHashes[name] ?? '',
    musterHash: '',
    config: null,
    networks: Object.keys(own.networks ?? {}).map((key) => wanted.networks[key]?.name ?? key),
    volumes: (own.volumes ?? []).map((mount) => wanted.volumes[mount.source ?? '']?.name ?? ''),
    ports: (own.ports ?? []).map((port) => ({
      hostIp: '',
      hostPort: Number(port.published),
      target: port.target,
      protocol: 'tcp',
    })),
    replaces: null,
    status: 'Up',
    command: '',
    labels: {},
    ...fields,
  };
}

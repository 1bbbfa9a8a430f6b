// How long planning takes: a cold `up`, one with nothing to do, and one that replaces everything.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';
import { planUp } from '#plan/up.ts';

export type PlanTimes = {
  readonly services: number;
  readonly coldMs: number;
  readonly nothingToDoMs: number;
  readonly replaceAllMs: number;
};

/** Minimum of `rounds` each. */
export function measurePlan(services = 1000, rounds = 5): PlanTimes {
  const project = projectOf(services);
  const empty: Observed = { project: project.name, replicas: [], networks: [], volumes: [], images: {}, heldPorts: [] };
  const running = observedOf(project);
  const outdated: Observed = { ...running, replicas: running.replicas.map((replica) => ({ ...replica, configHash: 'old' })) };
  return {
    services,
    coldMs: fastest(rounds, () => planUp({ project, observed: empty, musterHashes: {} })),
    nothingToDoMs: fastest(rounds, () => planUp({ project, observed: running, musterHashes: {} })),
    replaceAllMs: fastest(rounds, () => planUp({ project, observed: outdated, musterHashes: {} })),
  };
}

function fastest(rounds: number, work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    work();
    best = Math.min(best, performance.now() - startedAt);
  }
  return Math.round(best * 10) / 10;
}

/** Chains of ten services, each with a network, a volume and some environment. */
function projectOf(count: number): Project {
  const names = Array.from({ length: count }, (_, index) => `service-${String(index).padStart(4, '0')}`);
  const services = Object.fromEntries(
    names.map((name, index): [string, Service] => {
      const before = names[index - 1];
      return [
        name,
        {
          image: 'app',
          command: ['serve', '--name', name],
          entrypoint: null,
          environment: { NAME: name, LEVEL: 'info', TOKEN: `t${index}` },
          networks: { [`net-${index % 20}`]: null },
          volumes: [{ type: 'volume', source: `data-${index % 50}`, target: '/data' }],
          ports: [{ target: 80, published: String(10_000 + index), protocol: 'tcp' }],
          ...(before === undefined || index % 10 === 0
            ? {}
            : {
                depends_on: { [before]: { condition: index % 3 === 0 ? 'service_healthy' : 'service_started', required: true } },
              }),
        },
      ];
    }),
  );
  return {
    name: 'bench',
    workingDir: '/bench',
    composeFiles: [],
    envFiles: [],
    environment: {},
    profiles: [],
    services,
    disabledServices: {},
    networks: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`net-${index}`, { name: `bench_net-${index}` }])),
    volumes: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`data-${index}`, { name: `bench_data-${index}` }])),
    secrets: {},
    configs: {},
    models: {},
    extensions: {},
    configHashes: Object.fromEntries(names.map((name) => [name, `hash-${name}`])),
    networkHashes: {},
    volumeHashes: {},
    warnings: [],
  };
}

function observedOf(project: Project): Observed {
  const replicas = Object.entries(project.services).map(([service, wanted], index): ObservedReplica => ({
    id: String(index).padStart(64, '0'),
    name: `${project.name}-${service}-1`,
    runtime: 'docker',
    service,
    number: 1,
    oneOff: false,
    state: 'running',
    health: 'healthy',
    exitCode: null,
    createdAt: index,
    image: 'app',
    imageId: 'sha256:app',
    configHash: project.configHashes[service] ?? '',
    musterHash: '',
    config: { ...wanted, command: ['serve'] },
    networks: Object.keys(wanted.networks ?? {}).map((key) => `bench_${key}`),
    volumes: (wanted.volumes ?? []).map((volume) => `bench_${volume.source}`),
    ports: [{ hostIp: '', hostPort: 10_000 + index, target: 80, protocol: 'tcp' }],
    replaces: null,
    status: 'Up',
    command: '',
    labels: {},
  }));
  return {
    project: project.name,
    replicas,
    networks: Object.entries(project.networks).map(([key, { name }]) => ({
      runtime: 'docker',
      id: name,
      name,
      key,
      configHash: '',
      ours: true,
    })),
    volumes: Object.entries(project.volumes).map(([key, { name }]) => ({
      runtime: 'docker',
      name,
      key,
      configHash: '',
      ours: true,
    })),
    images: { docker: { app: { id: 'sha256:app', repoDigests: [] } } },
    heldPorts: [],
  };
}

if (import.meta.main) console.log(JSON.stringify(measurePlan()));

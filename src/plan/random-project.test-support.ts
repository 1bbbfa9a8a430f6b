// Random Compose projects for property tests: small, legal, and full of what makes planning hard.

import fc from 'fast-check';
import { digestOf } from '#lib/canonical-json.ts';
import type { MusterExtension } from '#model/muster-extension.ts';
import type { Dependency, Project, Service } from '#model/project.ts';

const names = ['api', 'cache', 'db', 'init', 'web', 'worker'] as const;

type Rough = {
  readonly name: string;
  readonly present: boolean;
  readonly version: number;
  readonly job: boolean;
  readonly healthy: boolean;
  readonly replicas: number;
  readonly port: number;
  readonly containerName: boolean;
  /** Where it runs; undefined: it does not say. */
  readonly muster: MusterExtension | undefined;
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly joins: boolean;
  readonly needs: readonly { readonly condition: number; readonly restart: boolean; readonly present: boolean }[];
};

/** Mostly the default: what happens on one runtime must not be lost among many. */
const placements: readonly (MusterExtension | undefined)[] = [
  undefined,
  undefined,
  undefined,
  { runtime: 'process' },
  { host: 'ssh://far' },
];

const roughService = (name: string): fc.Arbitrary<Rough> =>
  fc.record({
    name: fc.constant(name),
    present: fc.boolean(),
    version: fc.integer({ min: 0, max: 1 }),
    job: fc.nat(4).map((n) => n === 0),
    healthy: fc.boolean(),
    replicas: fc.nat(3),
    port: fc.nat(3),
    containerName: fc.nat(4).map((n) => n === 0),
    muster: fc.constantFrom(...placements),
    networks: fc.subarray(['default', 'back']),
    volumes: fc.subarray(['data']),
    joins: fc.nat(5).map((n) => n === 0),
    needs: fc.array(fc.record({ condition: fc.nat(1), restart: fc.boolean(), present: fc.boolean() }), {
      minLength: 6,
      maxLength: 6,
    }),
  });

/** `networkVersion` changes the hash of network `back`; volumes never change here. */
export const randomProject: fc.Arbitrary<Project> = fc
  .record({
    services: fc.tuple(...names.map(roughService)),
    networkVersion: fc.nat(1),
    order: fc.shuffledSubarray([...names], { minLength: 6 }),
  })
  .map(({ services, networkVersion, order }) => {
    // Dependencies go from later to earlier in a random order, so that there is no circle.
    const ordered = order.flatMap((name) => services.filter((service) => service.name === name && service.present));
    const usedPorts = new Set<number>();
    const built: Record<string, Service> = {};
    for (const [index, rough] of ordered.entries()) built[rough.name] = build(rough, ordered.slice(0, index), built, usedPorts);
    return projectOf(built, networkVersion);
  });

function build(
  rough: Rough,
  earlier: readonly Rough[],
  built: Readonly<Record<string, Service>>,
  usedPorts: Set<number>,
): Service {
  const parent = rough.joins
    ? earlier.find(
        (each) =>
          each.muster === rough.muster &&
          !each.job &&
          (built[each.name]?.scale ?? 0) > 0 &&
          built[each.name]?.network_mode === undefined,
      )
    : undefined;
  const needs = Object.fromEntries(
    earlier.flatMap((other, index): [string, Dependency][] => {
      const need = rough.needs[index];
      if (need === undefined || !need.present) return [];
      const condition = other.job
        ? 'service_completed_successfully'
        : need.condition === 1 && other.healthy
          ? 'service_healthy'
          : 'service_started';
      return [[other.name, { condition, required: true, ...(need.restart ? { restart: true } : {}) }]];
    }),
  );
  const hasPort = parent === undefined && rough.port > 0 && !usedPorts.has(rough.port);
  if (hasPort) usedPorts.add(rough.port);
  const single = hasPort || rough.containerName;
  return {
    image: 'app',
    command: [rough.job ? 'job' : 'serve', `v${rough.version}`],
    entrypoint: null,
    scale: single ? Math.min(1, rough.replicas) : rough.replicas,
    depends_on: needs,
    ...(rough.muster === undefined ? {} : { 'x-muster': rough.muster }),
    ...(rough.containerName ? { container_name: `the-${rough.name}` } : {}),
    ...(rough.healthy && !rough.job ? { healthcheck: { test: ['CMD', 'true'] } } : {}),
    ...(hasPort ? { ports: [{ target: 80, published: String(8000 + rough.port), protocol: 'tcp' }] } : {}),
    ...(parent === undefined
      ? { networks: Object.fromEntries(rough.networks.map((key) => [key, null])) }
      : { network_mode: `service:${parent.name}` }),
    volumes: rough.volumes.map((source) => ({ type: 'volume', source, target: `/${source}` })),
  };
}

export function projectOf(services: Readonly<Record<string, Service>>, networkVersion = 0): Project {
  const hash = (service: Service): string =>
    digestOf({ ...service, scale: undefined, depends_on: undefined, healthcheck: undefined });
  return {
    name: 'shop',
    workingDir: '/shop',
    composeFiles: ['/shop/compose.yaml'],
    envFiles: [],
    environment: {},
    profiles: [],
    services: Object.fromEntries(Object.entries(services).sort(([a], [b]) => (a < b ? -1 : 1))),
    disabledServices: {},
    networks: { default: { name: 'shop_default' }, back: { name: 'shop_back' } },
    volumes: { data: { name: 'shop_data' } },
    secrets: {},
    configs: {},
    models: {},
    extensions: {},
    configHashes: Object.fromEntries(Object.entries(services).map(([name, service]) => [name, hash(service)])),
    networkHashes: { default: 'd', back: `b${networkVersion}` },
    volumeHashes: { data: 'v' },
    warnings: [],
  };
}

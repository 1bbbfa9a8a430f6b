// What all runtimes of a project see, as one.

import { MusterError } from '#lib/errors.ts';
import type { HeldPort, Observed } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';
import type { ObserveQuery, Runtime } from '#runtime/runtime.ts';

export type ObserveAllQuery = ObserveQuery & {
  /** Name of the runtime that carries a service: each is asked for the images, ports and refusals of its own only. */
  readonly carrierOf?: (service: Service) => string;
  /** Told of one that can't be reached; what it has is left out. Rejects without, or when all are lost, or when this throws. */
  readonly onLost?: (runtime: Runtime, error: MusterError) => void;
};

export async function observeAll(runtimes: Iterable<Runtime>, query: ObserveAllQuery): Promise<Observed> {
  const lost: MusterError[] = [];
  const looks = await Promise.all(
    [...runtimes].map((runtime) =>
      observeOne(runtime, query).catch((error: unknown) => {
        if (!(error instanceof MusterError) || query.onLost === undefined || query.signal?.aborted === true) throw error;
        query.onLost(runtime, error);
        lost.push(error);
        return null;
      }),
    ),
  );
  const seen = looks.filter((look) => look !== null);
  const [only, ...others] = seen;
  if (only === undefined && lost[0] !== undefined) throw lost[0];
  if (only !== undefined && others.length === 0) return only;
  return {
    project: query.project,
    replicas: seen.flatMap((each) => each.replicas),
    networks: seen.flatMap((each) => each.networks),
    volumes: seen.flatMap((each) => each.volumes),
    images: Object.assign({}, ...seen.map((each) => each.images)) as Observed['images'],
    heldPorts: seen.flatMap((each) => each.heldPorts),
    refusals: seen.flatMap((each) => each.refusals ?? []),
  };
}

async function observeOne(runtime: Runtime, { carrierOf, onLost: _onLost, ...query }: ObserveAllQuery): Promise<Observed> {
  const { wanted } = query;
  const own = wanted === undefined || carrierOf === undefined ? wanted : carriedBy(runtime.name, wanted, carrierOf);
  const observed = await runtime.observe({ ...query, ...(own === undefined ? {} : { wanted: own }) });
  const host = runtime.traits.place?.host;
  if (host === undefined || observed.heldPorts.length === 0) return observed;
  return { ...observed, heldPorts: observed.heldPorts.map((held): HeldPort => ({ ...held, host })) };
}

function carriedBy(runtime: string, wanted: Project, carrierOf: (service: Service) => string): Project {
  const own = (services: Project['services']): Project['services'] =>
    Object.fromEntries(Object.entries(services).filter(([, service]) => carrierOf(service) === runtime));
  return { ...wanted, services: own(wanted.services), disabledServices: own(wanted.disabledServices) };
}

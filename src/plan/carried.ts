// A service as its runtime carries it: bound to the runtime by name, and without what that one has no notion of.

import { MusterError, throwAll } from '#lib/errors.ts';
import { nativePorts } from '#model/muster-extension.ts';
import type { Service } from '#model/project.ts';
import type { RuntimeTraits } from '#model/runtime-traits.ts';
import type { Services } from './dependencies.ts';
import type { PlanInput } from './options.ts';
import { boundTo, carrierOf } from './placed.ts';

/**
 * The planner looks at nothing else: no network is made for who has none. What a runtime can't leave out without changing what a service
 * means, it refuses itself. Throws UNSUPPORTED for each service whose runtime is not there.
 */
export function carriedServices(input: PlanInput<unknown>, services: Services): Services {
  const { runtimes } = input;
  const problems: MusterError[] = [];
  const carried = Object.entries(services).map(([name, service]): [string, Service] => {
    const runtime = carrierOf(service, input);
    // Who gives no traits has runtimes with all of them.
    if (runtimes === undefined) return [name, boundTo(runtime, service)];
    const traits = Object.hasOwn(runtimes, runtime) ? runtimes[runtime] : undefined;
    if (traits === undefined) problems.push(noRuntime(name, runtime, Object.keys(runtimes)));
    return [name, boundTo(runtime, traits === undefined ? service : without(traits, service))];
  });
  throwAll(problems);
  return Object.fromEntries(carried);
}

function without(traits: RuntimeTraits, service: Service): Service {
  const { image, build, networks, volumes, ...rest } = service;
  return {
    ...rest,
    ...(traits.images ? { image, build } : {}),
    ...(traits.networks ? { networks } : { ports: nativePorts(service) }),
    volumes: traits.volumes ? volumes : volumes?.filter((mount) => mount.type !== 'volume'),
  };
}

function noRuntime(service: string, runtime: string, known: readonly string[]): MusterError {
  return new MusterError('UNSUPPORTED', `service ${service} is to run on ${runtime} (x-muster), which is not there`, {
    hint: `runtimes are: ${[...known].sort().join(', ')}`,
  });
}

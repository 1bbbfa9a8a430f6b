// A service as its runtime carries it: bound to the runtime by name, and without what that one has no notion of.

import { MusterError, throwAll } from '#lib/errors.ts';
import type { Service } from '#model/project.ts';
import type { RuntimeTraits } from '#model/runtime-traits.ts';
import type { Services } from './dependencies.ts';
import type { PlanInput } from './options.ts';
import { defaultRuntimeOf, runtimeOf } from './scale.ts';

/**
 * The planner looks at nothing else: no network is made for who has none. What a runtime can't leave out without changing what a service
 * means, it refuses itself. Throws UNSUPPORTED for each service whose runtime is not there.
 */
export function carriedServices(input: PlanInput<unknown>, services: Services): Services {
  const { runtimes } = input;
  // Who gives no traits has one runtime with all of them.
  if (runtimes === undefined) return services;
  const problems: MusterError[] = [];
  const carried = Object.entries(services).map(([name, service]): [string, Service] => {
    const runtime = runtimeOf(service, defaultRuntimeOf(input));
    const traits = Object.hasOwn(runtimes, runtime) ? runtimes[runtime] : undefined;
    if (traits === undefined) problems.push(noRuntime(name, runtime, Object.keys(runtimes)));
    return [name, traits === undefined ? service : carriedBy(service, runtime, traits)];
  });
  throwAll(problems);
  return Object.fromEntries(carried);
}

function carriedBy(service: Service, runtime: string, traits: RuntimeTraits): Service {
  const { image, build, networks, volumes, ...rest } = service;
  return {
    ...rest,
    ...(traits.images ? { image, build } : {}),
    ...(traits.networks ? { networks } : {}),
    volumes: traits.volumes ? volumes : volumes?.filter((mount) => mount.type !== 'volume'),
    'x-muster': { ...(service['x-muster'] as object | undefined), runtime },
  };
}

function noRuntime(service: string, runtime: string, known: readonly string[]): MusterError {
  return new MusterError('UNSUPPORTED', `service ${service} is to run on "${runtime}" (x-muster.runtime), which is not there`, {
    hint: `runtimes are: ${[...known].sort().join(', ')}`,
  });
}

import { musterOf } from '#model/muster-extension.ts';
import type { Service } from '#model/project.ts';
import { expand } from './command.ts';
import type { Places } from './places.ts';

export type EnvironmentParts = {
  /** PATH, HOME and the like. */
  readonly base: Readonly<Record<string, string>>;
  /** Ours: ports, places, who it is. */
  readonly variables: Readonly<Record<string, string>>;
  readonly places: Places;
  readonly name: string;
};

/** Later ones win: the base, ours, the service's, those of `x-muster.process`. A null takes the variable away. */
export function nativeEnvironment(service: Service, { base, variables, places, name }: EnvironmentParts): Record<string, string> {
  const values: Record<string, string | null> = { ...base, ...variables };
  for (const [variable, value] of Object.entries(service.environment ?? {})) values[variable] = asPlace(value, places);
  for (const [variable, value] of Object.entries(musterOf(service).process?.environment ?? {}))
    values[variable] = value === null ? null : expand(value, variables, name);
  // The filter leaves no null.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as Record<string, string>;
}

/** A value that is the very path of a mount means the mount: `PGPASSFILE=/run/secrets/pgpass` holds natively too. */
function asPlace(value: string | null, { byTarget }: Places): string | null {
  return value === null ? null : Object.hasOwn(byTarget, value) ? (byTarget[value] ?? value) : value;
}

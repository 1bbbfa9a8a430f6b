// Which runtime carries a service, and where: what the service says, else the project, else the command line.

import { localHostName, normalLocation } from './host-location.ts';
import { musterOf, projectHostOf } from './muster-extension.ts';
import type { Project, Service } from './project.ts';

export type Placement = {
  /** `docker`, `process`, `remote`. */
  readonly kind: string;
  /** `local`, or the location of another host in its normal form: `ssh://deploy@web1`. */
  readonly host: string;
};

/** What decides where the file is silent. Plain data, so that a plan tells by its digest what it was made with. */
export type PlacementRules = {
  readonly fallback: Placement;
  /** There is no engine: a service that says how it runs natively does so. */
  readonly prefersProcess: boolean;
  /** Runtimes that are known under several names: by each name but one, that one. */
  readonly sameAs?: Readonly<Record<string, string>>;
};

export const defaultRules: PlacementRules = { fallback: { kind: 'docker', host: localHostName }, prefersProcess: false };

export function placementOf(
  project: Pick<Project, 'extensions'>,
  service: Service | undefined,
  rules: PlacementRules,
): Placement {
  const written = writtenPlacement(project, service, rules);
  const same = rules.sameAs?.[runtimeName(written)];
  return same === undefined ? written : placementNamed(same);
}

function writtenPlacement(
  project: Pick<Project, 'extensions'>,
  service: Service | undefined,
  { fallback, prefersProcess }: PlacementRules,
): Placement {
  const { runtime, host, process } = musterOf(service);
  const kind = runtime ?? (prefersProcess && process !== undefined ? 'process' : fallback.kind);
  // What is elsewhere anyway is looked at from here.
  if (kind === 'remote') return { kind, host: localHostName };
  const projectHost = projectHostOf(project);
  return { kind, host: normalLocation(host ?? (projectHost === localHostName ? fallback.host : projectHost)) };
}

/** What steps and replicas call the runtime: `docker`, `process@ssh://deploy@web1`. */
export function runtimeName({ kind, host }: Placement): string {
  return host === localHostName ? kind : `${kind}@${host}`;
}

export function placementNamed(name: string): Placement {
  const at = name.indexOf('@');
  return at < 0 ? { kind: name, host: localHostName } : { kind: name.slice(0, at), host: normalLocation(name.slice(at + 1)) };
}

/** The name of the runtime that carries the service. */
export function runtimeNameOf(project: Pick<Project, 'extensions'>, service: Service | undefined, rules: PlacementRules): string {
  return runtimeName(placementOf(project, service, rules));
}

// `x-muster`: what a Compose file tells muster alone. The loader has checked it (compose/shapes/muster.ts) and put it into this form.

import type { Json } from '#lib/canonical-json.ts';
import type { Port, Project, Service } from './project.ts';

export const runtimeKinds = ['docker', 'process', 'remote'] as const;
export type RuntimeKind = (typeof runtimeKinds)[number];

/** Of a service. */
export type MusterExtension = {
  readonly runtime?: RuntimeKind;
  /** `local`, or where else it runs: `ssh://deploy@web1`. */
  readonly host?: string;
  readonly process?: ProcessSettings;
  readonly health?: HealthSettings;
  readonly remote?: RemoteSettings;
};

/** How a service runs natively, where that differs from how it runs in a container. What is absent is the service's own. */
export type ProcessSettings = {
  readonly command?: readonly string[] | null;
  /** Absolute. */
  readonly working_dir?: string;
  /** On top of the service's own; null: not set at all. */
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly user?: string;
  /** As nice(1) counts: 19 comes last, -20 first; below 0 takes root. */
  readonly nice?: number;
  /** What it listens on natively: services that meet in a network of containers publish nothing there. */
  readonly ports?: readonly Port[];
  /** Keys of the service that it can do without natively: `read_only`, `cap_add`. */
  readonly ignore?: readonly string[];
};

/** How a native program is asked whether it is well, instead of by a command; how often, says the service's `healthcheck`. */
export type HealthSettings = {
  /** `http://localhost:80/health`: a local port means the replica's own, wherever it is published. */
  readonly http?: string;
  /** Any from 200 to 399 unless given. */
  readonly status?: number;
  /** A port of the service that takes connections. */
  readonly tcp?: number;
};

/** A service that somebody else runs. */
export type RemoteSettings = {
  /** `https://api.example.com/health`, or `tcp://db.example.com:5432`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | RemoteSecret>>;
  /** `200`, `200-299`; any 2xx or 3xx unless given. */
  readonly expected_status?: readonly string[];
  readonly expected_version?: RemoteVersion;
  /** Durations as Compose writes them. */
  readonly health?: { readonly interval?: string; readonly timeout?: string; readonly retries?: number };
};

/** A header whose value is a secret of the project, by name. */
export type RemoteSecret = { readonly secret: string; readonly prefix?: string };

/** Exactly one of `header` and `json` says where the version is told. */
export type RemoteVersion = {
  readonly header?: string;
  /** Dots go down: `build.version`. */
  readonly json?: string;
  readonly equals: string;
};

export function musterOf(service: Service | undefined): MusterExtension {
  return isRecord(service?.['x-muster']) ? service['x-muster'] : {};
}

/** The ports of a service that shares its host's. */
export function nativePorts(service: Service): readonly Port[] {
  return musterOf(service).process?.ports ?? service.ports ?? [];
}

/** Header and name of the secret, for each header that has its value from one. */
export function secretHeadersOf(service: Service): [header: string, secret: string][] {
  const headers = Object.entries(musterOf(service).remote?.headers ?? {});
  return headers.flatMap(([header, value]) => (typeof value === 'string' ? [] : [[header, value.secret]]));
}

/** Names of the secrets that the service has a use for: mounted, or sent as a header. */
export function secretsUsedBy(service: Service): string[] {
  return [...(service.secrets ?? []).map(({ source }) => source), ...secretHeadersOf(service).map(([, secret]) => secret)];
}

/** Where everything runs that does not say otherwise: the file's top-level `x-muster: {host: …}`. */
export function projectHostOf({ extensions }: Pick<Project, 'extensions'>): string {
  const own = extensions['x-muster'];
  const host = isRecord(own) ? own['host'] : undefined;
  return typeof host === 'string' ? host : 'local';
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

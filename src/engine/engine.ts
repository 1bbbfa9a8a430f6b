// What the rest of muster sees of a Docker Engine: requests, streams and hijacked connections over whatever carries them.

import type { Duplex } from 'node:stream';
import type { Readable } from 'node:stream';
import type { Json } from '#lib/canonical-json.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';

export type EngineRequest = {
  /** Path without the version prefix: `/containers/json`. */
  readonly path: string;
  readonly method?: Method;
  /** Arrays repeat the key; objects are JSON-encoded (`filters`); undefined is left out. */
  readonly query?: Readonly<Record<string, Json | undefined>>;
  /** A list repeats the header. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** JSON body, or a stream with its own content type in headers. */
  readonly body?: Json | Readable;
  readonly signal?: AbortSignal;
};

/** What the engine answered with a status of 400 or more. */
export type EngineRefusal = { readonly status: number; readonly message: string };

export type EngineVersion = {
  readonly engineVersion: string;
  /** Negotiated: the lower of what both sides know. */
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
};

/**
 * Errors of every method, and of the streams they return: ENGINE_ABSENT, ENGINE_PERMISSION, ENGINE_LOST, ENGINE_ENDPOINT, ENGINE_VERSION,
 * ENGINE_REFUSED, HOST_KEY of an engine on another host, and CANCELLED (or the signal's own MusterError) once the signal fires, which also closes the connection.
 */
export type Engine = {
  /** `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`. */
  readonly endpoint: string;
  /** True when its file system is this machine's, so that bind sources mean the same on both sides. */
  readonly isLocal: boolean;
  /** Negotiates on first use; later calls cost nothing. */
  version(): Promise<EngineVersion>;
  /** True when the negotiated API version is at least `minimum` ("1.44"). */
  supports(minimum: string): Promise<boolean>;
  /** Parsed JSON answer (undefined for an empty one). Refusals reject with MusterError ENGINE_REFUSED whose `cause` is an EngineRefusal. */
  json<Answer>(request: EngineRequest): Promise<Answer>;
  /** The raw answer body; the caller consumes or destroys it. */
  stream(request: EngineRequest): Promise<Readable>;
  /** Newline-delimited JSON answers (events, build, pull), one value at a time; breaking out closes the connection. */
  lines<Line>(request: EngineRequest): AsyncIterable<Line>;
  /** Upgraded connection (attach, exec start). Without a TTY its bytes are framed: see demultiplex.ts. Ending it ends stdin only. */
  hijack(request: EngineRequest): Promise<Duplex>;
  close(): void;
};

/** The refusal behind an error of `Engine`, or null when it is something else. */
export function refusalOf(error: unknown): EngineRefusal | null {
  const cause = error instanceof Error ? error.cause : null;
  if (typeof cause !== 'object' || cause === null || !('status' in cause) || !('message' in cause)) return null;
  return typeof cause.status === 'number' && typeof cause.message === 'string'
    ? { status: cause.status, message: cause.message }
    : null;
}

// Where an engine listens, as data. No file is read and nothing is dialled here.

import { MusterError } from '#lib/errors.ts';
import { formatLocation, parseLocation } from '#model/host-location.ts';

/** PEM files of a TLS endpoint; null: not there. */
export type TlsFiles = { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };

export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'tls'; readonly host: string; readonly port: number; readonly files: TlsFiles; readonly verify: boolean }
  /** An engine of another host (model/host-location.ts), which somebody else has opened (dial-host.ts); '' for the socket that docker there uses. */
  | { readonly kind: 'host'; readonly location: string; readonly path: string };

export type Tls = { readonly files: TlsFiles; readonly verify: boolean };

export const defaultSocket = '/var/run/docker.sock';
const hint = 'use unix:///path/to.sock, tcp://host:port or ssh://user@host';

/** Reads a DOCKER_HOST value; `origin` says where it came from, for the error. */
export function parseEndpoint(text: string, tls: Tls | null, origin: string): Endpoint {
  const refuse = (why: string, advice = hint): MusterError =>
    new MusterError('ENGINE_ENDPOINT', `${origin} is "${withoutPassword(text)}": ${why}`, { hint: advice });

  if (text.startsWith('unix://')) return { kind: 'unix', path: text.slice('unix://'.length) || defaultSocket };
  if (text.startsWith('npipe://')) throw refuse('named pipes exist on Windows only, where muster does not run');

  // Docker takes a bare host:port for TCP.
  const url = URL.parse(/^[\w.-]+:\d+$/.test(text) ? `tcp://${text}` : text);
  if (url === null) throw refuse('that is no address of an engine');
  if (url.password !== '') throw refuse('it contains a password', 'use an SSH key or agent and leave the password out');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port);

  switch (url.protocol) {
    case 'tcp:':
      return tls === null
        ? { kind: 'tcp', host: host || 'localhost', port: port || 2375 }
        : { kind: 'tls', host: host || 'localhost', port: port || 2376, ...tls };
    case 'ssh:':
      if (host === '') throw refuse('it names no host');
      if (url.search !== '' || url.hash !== '') throw refuse('an ssh address has no query');
      return {
        kind: 'host',
        location: locationOf(url, refuse),
        path: url.pathname === '/' ? '' : decodeURIComponent(url.pathname),
      };
    default:
      throw refuse(`muster does not speak ${url.protocol.slice(0, -1)}`);
  }
}

function locationOf({ username, host }: URL, refuse: (why: string) => MusterError): string {
  try {
    return formatLocation(parseLocation(`ssh://${username === '' ? '' : `${username}@`}${host}`));
  } catch (error) {
    throw refuse((error as MusterError).message);
  }
}

export const defaultEndpoint: Endpoint = { kind: 'unix', path: defaultSocket };

/** As people write it; what locks and receipts record. */
export function describeEndpoint(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'unix':
      return `unix://${endpoint.path}`;
    case 'tcp':
    case 'tls':
      return `tcp://${bracketed(endpoint.host)}:${endpoint.port}`;
    case 'host':
      return `${endpoint.location}${endpoint.path}`;
  }
}

export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const withoutPassword = (text: string): string => text.replace(/:[^:@/]*@/, ':***@');

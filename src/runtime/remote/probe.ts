// Asks an endpoint once whether it is there and well.

import { connect } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { parseGoDuration } from '#lib/go-duration.ts';
import type { RemoteSettings, RemoteVersion } from '#model/muster-extension.ts';
import type { Headers } from './record.ts';

export type Probe = {
  /** It answers at all. */
  readonly isReached: boolean;
  readonly isWell: boolean;
  /** In words: `HTTP 503, not 200`. */
  readonly said: string;
};

export const defaultIntervalMs = 10_000;
const defaultTimeoutMs = 5000;
/** A version is told in less. */
const largestBody = 1024 * 1024;

/** Never rejects. `headers`: null when those that hold a secret are not known any more. */
export async function probe(settings: RemoteSettings, headers: Headers | null, signal?: AbortSignal): Promise<Probe> {
  if (headers === null) return unreached('a header comes from a secret that is not here any more; muster up sends it again');
  const url = new URL(settings.url);
  const timeoutMs = millisecondsOf(settings.health?.timeout, defaultTimeoutMs);
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    if (url.protocol === 'tcp:') return await probeTcp(url, either);
    return await probeHttp(url, settings, headers, either);
  } catch (error) {
    if (timeout.aborted) return unreached(`no answer within ${timeoutMs / 1000}s`);
    return unreached(reasonOf(error));
  }
}

export function millisecondsOf(duration: string | undefined, otherwise: number): number {
  const nanoseconds = duration === undefined ? null : parseGoDuration(duration);
  return nanoseconds === null ? otherwise : nanoseconds / 1e6;
}

const unreached = (said: string): Probe => ({ isReached: false, isWell: false, said });
const ill = (said: string): Probe => ({ isReached: true, isWell: false, said });

function probeTcp(url: URL, signal: AbortSignal): Promise<Probe> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: bare(url.hostname), port: Number(url.port), signal });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve({ isReached: true, isWell: true, said: 'takes connections' });
    });
  });
}

async function probeHttp(url: URL, settings: RemoteSettings, headers: Headers, signal: AbortSignal): Promise<Probe> {
  const answer = await ask(url, headers, signal);
  try {
    const status = answer.statusCode ?? 0;
    const wanted = settings.expected_status ?? ['200-399'];
    if (!wanted.some((range) => isWithin(status, range))) return ill(`HTTP ${status}, not ${wanted.join(', ')}`);
    const version = settings.expected_version;
    if (version === undefined) return { isReached: true, isWell: true, said: `HTTP ${status}` };
    const found = version.header === undefined ? await versionInBody(answer, version) : headerOf(answer, version.header);
    if (found === version.equals) return { isReached: true, isWell: true, said: `HTTP ${status}, version ${found}` };
    return ill(
      found === null ? `it does not tell its version, ${version.equals} is expected` : `version ${found}, not ${version.equals}`,
    );
  } finally {
    answer.destroy();
  }
}

async function ask(url: URL, headers: Headers, signal: AbortSignal): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    // No connection is kept: a probe also tells whether a new one can be had.
    const asking = request(url, { headers: { 'user-agent': 'muster', ...headers }, signal, agent: false });
    asking.once('response', resolve);
    asking.once('error', reject);
    asking.end();
  });
}

function isWithin(status: number, range: string): boolean {
  const [first = 0, last = first] = range.split('-').map(Number);
  return status >= first && status <= last;
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name.toLowerCase()];
  return value === undefined ? null : String(value);
}

async function versionInBody(answer: IncomingMessage, { json = '' }: RemoteVersion): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) return null;
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return null;
  }
  for (const key of json.split('.'))
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : null;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** Names of hosts and codes only: what a header holds is in none of them. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nobody answers there',
    ENOTFOUND: 'its host is unknown',
    EAI_AGAIN: 'its host is unknown for now',
    ECONNRESET: 'it hung up',
    EHOSTUNREACH: "its host can't be reached",
    ENETUNREACH: "its network can't be reached",
  };
  if (code === 'ERR_INVALID_CHAR') return 'a header holds a character that none may have, perhaps the line end of a file';
  return words[code] ?? (code === '' ? error.message : `${error.message} (${code})`);
}

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

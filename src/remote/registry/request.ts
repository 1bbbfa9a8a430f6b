// One HTTP exchange with a registry or its token server, small enough to be held in memory.

import type { IncomingHttpHeaders } from 'node:http';
import type { ConnectionOptions } from 'node:tls';
import type { RegistryCertificates } from '#image/registry-certificates.ts';
import { cancelledBy } from '#lib/cancel.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Request = {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form; GET without. */
  readonly form?: Readonly<Record<string, string>>;
  /** Of a good answer. */
  readonly maxBytes: number;
  /** Where proxies are named. */
  readonly environment: Environment;
  readonly certificates?: RegistryCertificates;
  readonly signal: AbortSignal;
};

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

/** Rejects with the system's error when there is no answer, with CANCELLED when `signal` fires. */
export async function exchange(request: Request): Promise<Answer> {
  try {
    return await send(request);
  } catch (cause) {
    if (request.signal.aborted) throw cancelledBy(request.signal);
    throw cause;
  }
}

/** This machine itself: as for Docker Engine, nobody stands between, so that a certificate proves nothing. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}

async function send({ url, headers, form, maxBytes, environment, certificates, signal }: Request): Promise<Answer> {
  const isSecure = url.protocol === 'https:';
  const { request, Agent } = isSecure ? await import('node:https') : await import('node:http');
  const trust = isSecure ? await trustFor(url, certificates) : {};
  const body = form === undefined ? null : new URLSearchParams(form).toString();
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asking = request(url, {
    method: body === null ? 'GET' : 'POST',
    headers: { ...headers, 'user-agent': 'muster', ...(body === null ? {} : formHeaders(body)) },
    // No proxy finds a program on this machine.
    agent: new Agent(isLoopback(url) ? {} : { proxyEnv: environment }),
    timeout: patienceMs,
    signal,
    ...trust,
  });
  asking.once('timeout', () => asking.destroy(new Error(`no answer for ${patienceMs / 1000} seconds`)));
  asking.once('error', reject);
  asking.once('response', (response) => {
    const chunks: Buffer[] = [];
    const limit = response.statusCode === 200 ? maxBytes : maxReasonBytes;
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      reject(new Error(`the answer is larger than ${limit} bytes`));
      asking.destroy();
    });
    response.once('error', reject);
    response.once('end', () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
    );
  });
  asking.end(body ?? undefined);
  return promise;
}

const patienceMs = 30_000;
/** Why it was refused, or where else to ask. */
const maxReasonBytes = 64 * 1024;

const formHeaders = (body: string): Record<string, string> => ({
  'content-type': 'application/x-www-form-urlencoded',
  'content-length': String(Buffer.byteLength(body)),
});

async function trustFor(url: URL, certificates: RegistryCertificates | undefined): Promise<ConnectionOptions> {
  const who = certificates?.client ?? {};
  if (isLoopback(url)) return { ...who, rejectUnauthorized: false };
  return { ...who, ca: [...(await authorities()), ...(certificates?.authorities ?? [])] };
}

/** Those of the system too: a company's registry has a certificate that Node.js does not know. */
async function authorities(): Promise<string[]> {
  const { getCACertificates } = await import('node:tls');
  return [...getCACertificates('default'), ...getCACertificates('system')];
}

// One HTTP exchange with the engine, up to the head of the answer.

import { request as httpRequest } from 'node:http';
import type { Agent, ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { cancelledBy, onAbort } from '#lib/cancel.ts';
import type { EngineRequest } from './engine.ts';
import { engineFailure } from './failure.ts';
import { bracketed } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';

export type Carrier = { readonly endpoint: Endpoint; readonly agent: Agent; readonly target: string };

export type Answer = {
  readonly response: IncomingMessage;
  /** The connection itself; after 101 nothing of it is HTTP any more. */
  readonly socket: Duplex;
  /** First bytes behind the head of a 101. */
  readonly early: Buffer;
};

/** The agent dials by itself; left to node it would first ask whether the host is an IPv6 address, whose pattern takes 6 ms to compile. */
const withoutServerName = { servername: '' };

/** Rejects with what failed before the head came. From then on the answer's owner also owns the signal. */
export function exchange(carrier: Carrier, request: EngineRequest, upgrade = false): Promise<Answer> {
  if (request.signal?.aborted === true) return Promise.reject(cancelledBy(request.signal));
  const body = uploadOf(request);
  if (body !== null && body.errored !== null) return Promise.reject(body.errored);
  return new Promise((resolve, reject) => {
    const text = body !== null || request.body === undefined ? null : JSON.stringify(request.body);
    const outgoing = httpRequest({
      ...withoutServerName,
      agent: carrier.agent,
      path: carrier.target,
      method: request.method ?? 'GET',
      headers: headersOf(carrier.endpoint, request, text, upgrade),
    });

    const fail = (error: Error): void => {
      settle();
      outgoing.destroy();
      body?.destroy();
      reject(error);
    };
    const stopListening = onAbort(request.signal, fail);
    /** What the request still has to say after that is news to nobody: the answer's reader sees failures of its own. */
    const settle = (): void => {
      stopListening();
      outgoing.removeAllListeners('error').on('error', () => {});
    };
    const succeed = (response: IncomingMessage, socket: Duplex, early: Buffer): void => {
      settle();
      resolve({ response, socket, early });
    };

    outgoing.on('response', (response) => succeed(response, response.socket, Buffer.alloc(0)));
    outgoing.on('upgrade', (response, socket, head) => succeed(response, socket, head));
    outgoing.on('error', (error) => {
      if (mayRepeat(outgoing, request, error)) {
        settle();
        resolve(exchange(carrier, request, upgrade));
      } else fail(engineFailure(error, carrier.endpoint));
    });

    if (body === null) outgoing.end(text);
    else send(body, outgoing, fail);
  });
}

/** The stream that the request sends, or null when its body is no stream. */
export function uploadOf({ body }: EngineRequest): Readable | null {
  return body instanceof Readable ? body : null;
}

/** The body's own failure must not be taken for the engine's. */
function send(body: Readable, outgoing: ClientRequest, fail: (error: Error) => void): void {
  body.on('error', fail);
  outgoing.on('close', () => body.destroy());
  body.pipe(outgoing);
}

/** The engine may close an idle pooled connection just when it is used again: what changes nothing is asked once more. */
function mayRepeat(outgoing: ClientRequest, request: EngineRequest, error: NodeJS.ErrnoException): boolean {
  const harmless = request.method === undefined || request.method === 'GET' || request.method === 'HEAD';
  return harmless && outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function headersOf(endpoint: Endpoint, request: EngineRequest, text: string | null, upgrade: boolean): OutgoingHttpHeaders {
  const host = endpoint.kind === 'tcp' || endpoint.kind === 'tls' ? `${bracketed(endpoint.host)}:${endpoint.port}` : 'docker';
  return {
    host,
    ...(text === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    ...(text === null && request.body === undefined && request.method === 'POST' ? { 'content-length': 0 } : {}),
    ...(upgrade ? { connection: 'Upgrade', upgrade: 'tcp' } : {}),
    ...request.headers,
  };
}

// One byte stream to the engine, whatever carries it. Every dial answers at once; failures come as the stream's error.

import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import type { ClientRequestArgs } from 'node:http';
import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { MusterError } from '#lib/errors.ts';
import { describeEndpoint } from './endpoint.ts';
import type { Endpoint, TlsFiles } from './endpoint.ts';

/** Through a host, the stream itself takes its time, and what went wrong is the promise's. */
export type Dial = () => Duplex | Promise<Duplex>;

export async function dialerFor(endpoint: Endpoint, connectTimeoutMs: number): Promise<Dial> {
  switch (endpoint.kind) {
    case 'unix':
      return () => connectPlain({ path: endpoint.path });
    case 'tcp':
      return () =>
        giveUpAfter(
          connectTimeoutMs,
          endpoint,
          'connect',
          connectPlain({ host: endpoint.host, port: endpoint.port, noDelay: true }),
        );
    case 'tls': {
      const { connect } = await import('node:tls');
      const material = readMaterial(endpoint.files);
      return () =>
        giveUpAfter(
          connectTimeoutMs,
          endpoint,
          'secureConnect',
          connect({ host: endpoint.host, port: endpoint.port, rejectUnauthorized: endpoint.verify, ...material }),
        );
    }
    case 'host':
      throw new Error(`nobody said how to reach ${describeEndpoint(endpoint)}`);
  }
}

/** An HTTP agent over our own dial. */
export class DialingAgent extends Agent {
  readonly #dial: Dial;

  constructor(dial: Dial, options: { readonly keepAlive: boolean; readonly maxSockets: number }) {
    super({ ...options, scheduling: 'lifo' });
    this.#dial = dial;
  }

  override createConnection(
    _options: ClientRequestArgs,
    connected?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | undefined {
    const dialled = this.#dial();
    if (!(dialled instanceof Promise)) return dialled;
    dialled.then(
      (stream) => connected?.(null, likeSocket(stream)),
      // Node's types want a stream also beside an error; its code does not look at it.
      (error: Error) => connected?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  }
}

/** With the few socket methods that node:http calls, where the stream is no socket. */
function likeSocket(stream: Duplex): Duplex {
  for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref'])
    if (!(name in stream)) Object.defineProperty(stream, name, { value: () => stream });
  return stream;
}

function giveUpAfter(timeoutMs: number, endpoint: Endpoint, ready: 'connect' | 'secureConnect', socket: Socket): Socket {
  const timer = setTimeout(
    () =>
      socket.destroy(
        new MusterError('ENGINE_ABSENT', `${describeEndpoint(endpoint)} did not answer within ${timeoutMs / 1000}s`, {
          hint: 'check that the engine runs and listens there, and that no firewall is in between',
        }),
      ),
    timeoutMs,
  );
  const stop = (): void => clearTimeout(timer);
  return socket.once(ready, stop).once('close', stop);
}

function readMaterial(files: TlsFiles): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  const read = (path: string | null): Buffer | undefined => {
    if (path === null) return undefined;
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new MusterError('ENGINE_ENDPOINT', `can't read ${path}: ${(cause as Error).message}`, {
        hint: 'make the TLS files readable for yourself, or point DOCKER_CERT_PATH elsewhere',
        cause,
      });
    }
  };
  return { ca: read(files.ca), cert: read(files.cert), key: read(files.key) };
}

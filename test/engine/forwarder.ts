// Lends the local engine's socket an address of another kind: plain TCP, or TLS that asks for a client certificate.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';

const engineSocket = '/var/run/docker.sock';

export type Forwarder = {
  readonly port: number;
  /** Cuts every connection, as an engine that dies does. */
  cut(): void;
  close(): Promise<void>;
};

export async function forwardTcp(): Promise<Forwarder> {
  const sockets = new Set<Duplex>();
  const server = createServer({ allowHalfOpen: true }, (socket) => forward(socket, sockets));
  return listening(server, sockets);
}

/** `directory` gets ca.pem, cert.pem and key.pem as DOCKER_CERT_PATH wants them. */
export async function forwardTls(): Promise<Forwarder & { readonly directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-tls-'));
  makeCertificates(directory);
  const read = (file: string): Buffer => readFileSync(join(directory, file));
  const sockets = new Set<Duplex>();
  const server = createTlsServer(
    { allowHalfOpen: true, ca: read('ca.pem'), cert: read('server.pem'), key: read('server-key.pem'), requestCert: true },
    (socket) => forward(socket, sockets),
  );
  const forwarder = await listening(server, sockets);
  const close = async (): Promise<void> => {
    await forwarder.close();
    rmSync(directory, { recursive: true });
  };
  return { ...forwarder, close, directory };
}

function forward(client: Socket, sockets: Set<Duplex>): void {
  const engine = connect({ path: engineSocket, allowHalfOpen: true });
  for (const [one, other] of [
    [client, engine],
    [engine, client],
  ] as const) {
    sockets.add(one);
    one.pipe(other);
    one.on('error', () => other.destroy());
    one.on('close', () => {
      sockets.delete(one);
      other.destroy();
    });
  }
}

async function listening(server: Server, sockets: Set<Duplex>): Promise<Forwarder> {
  // Below TLS there is a connection even when the handshake fails.
  server.on('connection', (socket: Socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

function makeCertificates(directory: string): void {
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=muster test CA');
  writeFileSync(join(directory, 'names.txt'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  for (const [name, key] of [
    ['server.pem', 'server-key.pem'],
    ['cert.pem', 'key.pem'],
  ] as const) {
    openssl('req', ...newKey, '-keyout', key, '-out', 'request.pem', '-subj', `/CN=${name}`);
    const sign = ['x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'];
    openssl(...sign, '-days', '2', '-extfile', 'names.txt', '-out', name);
  }
}

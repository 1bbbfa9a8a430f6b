// A session: the connection over which the builder asks us for files, secrets, keys and credentials while it builds.

import { randomUUID } from 'node:crypto';
import type { Engine } from '#engine/engine.ts';
import { serveGrpc, unary } from './grpc-server.ts';
import type { GrpcMethods } from './grpc-server.ts';
import { encodeMessage } from './protobuf.ts';

export type Session = { readonly id: string; close(): void };

export type SessionOptions = {
  readonly methods: GrpcMethods;
  /** Builds with the same key reuse what they sent before. */
  readonly sharedKey: string;
  readonly signal: AbortSignal;
};

/** grpc.health.v1: 1 is SERVING. Newer builders give a session up that does not answer. */
const health: GrpcMethods = { '/grpc.health.v1.Health/Check': unary(() => encodeMessage([1, 1])) };

export async function openSession(engine: Engine, { methods, sharedKey, signal }: SessionOptions): Promise<Session> {
  const id = randomUUID();
  const all = { ...health, ...methods };
  const connection = await engine.hijack({
    path: '/session',
    method: 'POST',
    headers: {
      upgrade: 'h2c',
      'x-docker-expose-session-uuid': id,
      'x-docker-expose-session-name': 'muster',
      'x-docker-expose-session-sharedkey': sharedKey,
      'x-docker-expose-session-grpc-method': Object.keys(all),
    },
    signal,
  });
  serveGrpc(connection, all);
  return { id, close: () => void connection.destroy() };
}

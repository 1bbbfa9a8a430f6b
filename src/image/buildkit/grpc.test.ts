// Both sides of gRPC against each other, over a pipe that cuts and delays as it likes.

import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { GrpcError, grpcCode } from './grpc.ts';
import { GrpcClient } from './grpc-client.ts';
import { serveGrpc, unary } from './grpc-server.ts';
import type { GrpcMethods } from './grpc-server.ts';

function connected(methods: GrpcMethods): { readonly client: GrpcClient; readonly connection: Duplex } {
  const [connection, theirs] = duplexPair();
  serveGrpc(theirs, methods);
  return { client: new GrpcClient(connection), connection };
}

test('a question has its answer, whatever its size', async () => {
  const { client } = connected({ '/s/Echo': unary((request) => request) });
  for (const size of [0, 1, 70_000, 3_000_000]) expect((await client.ask('/s/Echo', Buffer.alloc(size, 7))).length).toBe(size);
  client.close();
});

test('many answers come as they are sent, many calls at once', async () => {
  const count = async (client: GrpcClient): Promise<number> => {
    let bytes = 0;
    for await (const message of client.follow('/s/Many', Buffer.alloc(0))) bytes += message.length;
    return bytes;
  };
  const { client } = connected({
    '/s/Many': async ({ send }) => {
      for (let i = 0; i < 100; i++) await send(Buffer.alloc(10_000));
    },
  });
  expect(await Promise.all([count(client), count(client), count(client)])).toEqual([1e6, 1e6, 1e6]);
  client.close();
});

test('a failure keeps its code and its words', async () => {
  const { client } = connected({
    '/s/Missing': () => Promise.reject(new GrpcError(grpcCode.notFound, 'nicht da: 100 % ünï\nzwei')),
  });
  await expect(client.ask('/s/Missing', Buffer.alloc(0))).rejects.toMatchObject({
    code: 5,
    message: 'nicht da: 100 % ünï\nzwei',
  });
  await expect(client.ask('/s/Other', Buffer.alloc(0))).rejects.toMatchObject({ code: grpcCode.unimplemented });
  client.close();
});

const losses: [string, (connection: Duplex) => unknown][] = [
  ['ends', (connection) => connection.push(null)],
  ['fails', (connection) => connection.destroy(new Error('the cable'))],
];

test.each(losses)('a connection that %s in the middle of a call is no answer', async (_what, lose) => {
  const { client, connection } = connected({
    '/s/Wait': ({ send }) => send(Buffer.from('first')).then(() => new Promise(() => {})),
  });
  const answers = client.follow('/s/Wait', Buffer.alloc(0));
  await answers.next();
  lose(connection);
  const error: unknown = await answers.next().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(GrpcError);
  await expect(client.ask('/s/Wait', Buffer.alloc(0))).rejects.toBeInstanceOf(Error);
});

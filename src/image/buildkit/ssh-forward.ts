// moby.sshforward.v1.SSH: a build step uses keys without seeing them. The agent protocol: https://datatracker.ietf.org/doc/draft-ietf-sshm-ssh-agent/

import type { Duplex } from 'node:stream';
import { localHost } from '#host/local.ts';
import { GrpcError, grpcCode } from './grpc.ts';
import type { GrpcMethods, IncomingCall } from './grpc-server.ts';
import { encodeMessage, ProtoMessage } from './protobuf.ts';

/** What a step may ask of an agent: which keys there are, and a signature. Not to add, remove or lock any. */
const allowed = new Set([11, 13]);
const refusal = Buffer.from([0, 0, 0, 1, 5]);
/** As OpenSSH's own agent. */
const longestMessage = 256 * 1024;

/** `agents`: paths of sockets by the id that the Dockerfile knows them by. */
export function sshForward(agents: ReadonlyMap<string, string>): GrpcMethods {
  const agentOf = (id: string): string => {
    const socket = agents.get(id || 'default');
    if (socket === undefined)
      throw new GrpcError(grpcCode.notFound, `no ssh agent or key with the id ${id || 'default'} is in build.ssh`);
    return socket;
  };
  return {
    '/moby.sshforward.v1.SSH/CheckAgent': async ({ messages, send }) => {
      for await (const request of messages) agentOf(new ProtoMessage(request).text(1));
      await send(encodeMessage());
    },
    '/moby.sshforward.v1.SSH/ForwardAgent': async (call) => {
      const agent = await localHost().connect({ unix: agentOf(call.header('buildkit.ssh.id')[0] ?? '') });
      try {
        await forward(call, agent);
      } finally {
        agent.destroy();
      }
    },
  };
}

/** One question at a time: answers carry no number. */
async function forward({ messages, send }: IncomingCall, agent: Duplex): Promise<void> {
  const answers = agentMessages(agent);
  for await (const question of agentMessages(bytesIn(messages))) {
    let answer = refusal;
    if (allowed.has(question[4] ?? 0)) {
      agent.write(question);
      const next = await answers.next();
      if (next.done === true) throw new GrpcError(grpcCode.unknown, 'the ssh agent went away');
      answer = next.value;
    }
    await send(encodeMessage([1, answer]));
  }
}

async function* bytesIn(messages: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const message of messages) yield new ProtoMessage(message).bytes(1);
}

/** Each with the four bytes of length that it begins with. */
async function* agentMessages(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer<ArrayBuffer>> {
  let pending = Buffer.alloc(0);
  for await (const chunk of stream) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4) {
      const end = 4 + pending.readUInt32BE(0);
      if (end > longestMessage) throw new GrpcError(grpcCode.unknown, 'this is no ssh agent message');
      if (pending.length < end) break;
      yield pending.subarray(0, end);
      pending = pending.subarray(end);
    }
  }
}

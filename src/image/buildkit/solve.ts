// moby.buildkit.v1.Control: a build is one Solve, watched by one Status. Fields of
// https://github.com/moby/buildkit/blob/master/api/services/control/control.proto

import type { GrpcClient } from './grpc-client.ts';
import { encodeMessage, mapFields, ProtoMessage } from './protobuf.ts';

export type Solve = {
  /** Names this build to Status. */
  readonly ref: string;
  readonly session: string;
  /** What the Dockerfile frontend is told: `target`, `build-arg:VERSION`, `context:base`. */
  readonly frontend: Readonly<Record<string, string>>;
  /** The image's names. */
  readonly tags: readonly string[];
  /** `network.host`. */
  readonly entitlements: readonly string[];
  /** Keep what later builds need to find this one's steps in their cache_from, in the image itself. */
  readonly inlineCache: boolean;
};

export async function solve(client: GrpcClient, wanted: Solve): Promise<void> {
  const inline = encodeMessage([4, encodeMessage([1, 'inline'])]);
  await client.ask(
    '/moby.buildkit.v1.Control/Solve',
    encodeMessage(
      [1, wanted.ref],
      // The engine's own images, whatever they are stored in.
      [3, 'moby'],
      ...mapFields(4, { name: wanted.tags.join(',') }),
      [5, wanted.session],
      [6, 'dockerfile.v0'],
      ...mapFields(7, wanted.frontend),
      [8, wanted.inlineCache ? inline : undefined],
      ...wanted.entitlements.map((entitlement) => [9, entitlement] as const),
    ),
  );
}

/** A step of the build. */
export type Vertex = {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  /** Unix milliseconds. */
  readonly started: number | null;
  readonly completed: number | null;
  /** '' while all is well. */
  readonly error: string;
};

/** How far a part of a step is: a transfer, a download. */
export type VertexStatus = {
  readonly vertex: string;
  readonly id: string;
  readonly current: number;
  readonly total: number;
  readonly completed: boolean;
};

export type VertexLog = {
  readonly vertex: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly bytes: Buffer;
};

export type BuildStatus = {
  readonly vertexes: readonly Vertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly VertexLog[];
  readonly warnings: readonly string[];
};

/** Ends with the build. */
export async function* watchSolve(client: GrpcClient, ref: string): AsyncGenerator<BuildStatus> {
  for await (const bytes of client.follow('/moby.buildkit.v1.Control/Status', encodeMessage([1, ref]))) yield statusFrom(bytes);
}

function statusFrom(bytes: Uint8Array): BuildStatus {
  const message = new ProtoMessage(bytes);
  return {
    vertexes: message.messages(1).map((vertex) => ({
      digest: vertex.text(1),
      name: vertex.text(3),
      cached: vertex.number(4) !== 0,
      started: vertex.time(5),
      completed: vertex.time(6),
      error: vertex.text(7),
    })),
    statuses: message.messages(2).map((status) => ({
      id: status.text(1),
      vertex: status.text(2),
      current: status.number(4),
      total: status.number(5),
      completed: status.has(8),
    })),
    logs: message.messages(3).map((log) => ({ vertex: log.text(1), at: log.time(2) ?? 0, bytes: log.bytes(4) })),
    warnings: message.messages(4).map((warning) => warning.text(3)),
  };
}

/** What the engine's builder says of itself. */
export async function workerLabels(client: GrpcClient): Promise<Readonly<Record<string, string>>> {
  const [worker] = new ProtoMessage(await client.ask('/moby.buildkit.v1.Control/ListWorkers', encodeMessage())).messages(1);
  return worker?.map(2) ?? {};
}

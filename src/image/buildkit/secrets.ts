import { GrpcError, grpcCode } from './grpc.ts';
import type { GrpcMethods } from './grpc-server.ts';
import { unary } from './grpc-server.ts';
import { encodeMessage, ProtoMessage } from './protobuf.ts';

/** moby.buildkit.secrets.v1: what `RUN --mount=type=secret,id=…` sees. Of a secret nothing but these bytes ever reaches the engine. */
export function secretStore(secrets: ReadonlyMap<string, Uint8Array>): GrpcMethods {
  return {
    '/moby.buildkit.secrets.v1.Secrets/GetSecret': unary((request) => {
      const id = new ProtoMessage(request).text(1);
      const bytes = secrets.get(id);
      if (bytes === undefined) throw new GrpcError(grpcCode.notFound, `secret ${id} not found`);
      return encodeMessage([1, bytes]);
    }),
  };
}

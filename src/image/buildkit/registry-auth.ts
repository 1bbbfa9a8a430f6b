import type { Environment } from '#engine/docker-config.ts';
import { credentialsFor } from '../credentials.ts';
import type { GrpcMethods } from './grpc-server.ts';
import { unary } from './grpc-server.ts';
import { encodeMessage, ProtoMessage } from './protobuf.ts';

/** moby.filesync.v1.Auth: what Docker's configuration knows of the registries that a build pulls from; nothing is sent before it is asked for. */
export function registryAuth(environment: Environment, signal: AbortSignal): GrpcMethods {
  return {
    '/moby.filesync.v1.Auth/Credentials': unary(async (request) => {
      const host = new ProtoMessage(request).text(1);
      const { credentials } = await credentialsFor(host === 'registry-1.docker.io' ? 'docker.io' : host, environment, signal);
      if (credentials === null) return encodeMessage();
      if (credentials.identitytoken !== undefined) return encodeMessage([2, credentials.identitytoken]);
      return encodeMessage([1, credentials.username], [2, credentials.password]);
    }),
  };
}

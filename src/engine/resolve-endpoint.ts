// Which engine the user means: flags, then DOCKER_HOST, then the context, then the default socket, as the docker CLI decides it.

import { join } from 'node:path';
import { MusterError } from '#lib/errors.ts';
import { dockerConfigDirectory, readDockerConfig } from './docker-config.ts';
import type { Environment } from './docker-config.ts';
import { pemFilesIn, readContext } from './docker-context.ts';
import { defaultEndpoint, parseEndpoint } from './endpoint.ts';
import type { Endpoint, Tls } from './endpoint.ts';

export type EndpointChoice = {
  readonly environment: Environment;
  /** `--context`. */
  readonly context?: string;
  /** `--host`. */
  readonly host?: string;
};

/** Reads configuration files, dials nothing. Throws ENGINE_ENDPOINT. */
export function resolveEndpoint({ environment, context, host }: EndpointChoice): Endpoint {
  if (host && context)
    throw new MusterError('ENGINE_ENDPOINT', '--host and --context both choose an engine', { hint: 'give one of them' });
  if (host) return parseEndpoint(host, tlsOfEnvironment(environment), '--host');
  if (context) return endpointOfContext(context, environment, '--context');
  if (environment.DOCKER_HOST) return parseEndpoint(environment.DOCKER_HOST, tlsOfEnvironment(environment), 'DOCKER_HOST');
  if (environment.DOCKER_CONTEXT) return endpointOfContext(environment.DOCKER_CONTEXT, environment, 'DOCKER_CONTEXT');

  const directory = dockerConfigDirectory(environment);
  const current = readDockerConfig(directory).currentContext;
  return current
    ? endpointOfContext(current, environment, `currentContext in ${join(directory, 'config.json')}`)
    : defaultEndpoint;
}

function endpointOfContext(name: string, environment: Environment, origin: string): Endpoint {
  if (name === 'default') {
    const host = environment.DOCKER_HOST;
    return host ? parseEndpoint(host, tlsOfEnvironment(environment), 'DOCKER_HOST') : defaultEndpoint;
  }
  const { host, tls } = readContext(dockerConfigDirectory(environment), name, origin);
  return parseEndpoint(host, tls, `context "${name}"`);
}

/** DOCKER_TLS_VERIFY (any value) asks for TLS with verification, DOCKER_TLS for TLS without. */
function tlsOfEnvironment(environment: Environment): Tls | null {
  const verify = Boolean(environment.DOCKER_TLS_VERIFY);
  if (!verify && !environment.DOCKER_TLS) return null;
  const directory = environment.DOCKER_CERT_PATH || dockerConfigDirectory(environment);
  const files = pemFilesIn(directory);
  if (verify && files.ca === null)
    throw new MusterError('ENGINE_ENDPOINT', `DOCKER_TLS_VERIFY is set, but there is no ca.pem in ${directory}`, {
      hint: 'put ca.pem, cert.pem and key.pem there, or point DOCKER_CERT_PATH to their directory',
    });
  return { files, verify };
}

import { connectEngine } from './connect.ts';
import type { Engine } from './engine.ts';
import { resolveEndpoint } from './resolve-endpoint.ts';
import type { EndpointChoice } from './resolve-endpoint.ts';

/** The engine that flags, environment and Docker's configuration name. Dials on the first request. */
export function openEngine(choice: EndpointChoice): Engine {
  return connectEngine(resolveEndpoint(choice), { apiVersion: choice.environment.DOCKER_API_VERSION });
}

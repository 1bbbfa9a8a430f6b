import { openHost } from '#host/open.ts';
import { once } from '#lib/once.ts';
import { connectEngine } from './connect.ts';
import { dialThrough } from './dial-host.ts';
import type { Engine } from './engine.ts';
import { resolveEndpoint } from './resolve-endpoint.ts';
import type { EndpointChoice } from './resolve-endpoint.ts';

/** The engine that flags, environment and Docker's configuration name, with a host of its own. Dials on the first request. */
export function openEngine(choice: EndpointChoice): Engine {
  const endpoint = resolveEndpoint(choice);
  const options = { apiVersion: choice.environment.DOCKER_API_VERSION };
  if (endpoint.kind !== 'host') return connectEngine(endpoint, options);
  let isOpen = false;
  const host = once(() => {
    isOpen = true;
    return openHost(endpoint.location);
  });
  const onClose = (): void => {
    if (isOpen) void host().then((opened) => opened.close());
  };
  return connectEngine(endpoint, { ...options, dial: dialThrough(host, endpoint.path), onClose });
}

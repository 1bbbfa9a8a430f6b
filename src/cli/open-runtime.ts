// A runtime by its placement. Nothing is asked of it yet, and only its own code is loaded.

import type { Endpoint } from '#engine/endpoint.ts';
import type { Host } from '#host/host.ts';
import { MusterError } from '#lib/errors.ts';
import { runtimeDirectory } from '#lib/runtime-directory.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import { runtimeKinds } from '#model/muster-extension.ts';
import { localHostName } from '#model/host-location.ts';
import { type Placement, runtimeName } from '#model/placement.ts';
import type { RuntimePlace } from '#model/runtime-traits.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { App } from './app.ts';
import type { OpenHosts } from './open-hosts.ts';

export async function openRuntime(app: App, hosts: OpenHosts, placement: Placement): Promise<Runtime> {
  switch (placement.kind) {
    case 'docker':
      return openDocker(app, hosts, placement);
    case 'process':
      return openProcess(app, hosts, placement);
    case 'remote': {
      const { remoteRuntime } = await import('#runtime/remote/remote.ts');
      return remoteRuntime(directoriesOf(app));
    }
    default:
      throw new MusterError('UNSUPPORTED', `there is no runtime called ${runtimeName(placement)}`, {
        hint: `runtimes are: ${runtimeKinds.join(', ')}`,
      });
  }
}

async function openDocker(app: App, hosts: OpenHosts, placement: Placement): Promise<Runtime> {
  const [endpoint, { connectEngine }, { dockerRuntime }, { localHost }] = await Promise.all([
    endpointOf(app, placement),
    import('#engine/connect.ts'),
    import('#runtime/docker/docker.ts'),
    import('#host/local.ts'),
  ]);
  const { environment } = app;
  const apiVersion = environment['DOCKER_API_VERSION'];
  const common = { ...directoriesOf(app), name: runtimeName(placement), host: localHost(), environment };
  if (endpoint.kind !== 'host')
    return dockerRuntime({ ...common, place: placeOfEngine(endpoint), engine: connectEngine(endpoint, { apiVersion }) });

  const { dialThrough } = await import('#engine/dial-host.ts');
  const far = await hosts.open(endpoint.location);
  const dial = dialThrough(() => Promise.resolve(far), endpoint.path);
  return dockerRuntime({ ...common, place: await placeOf(far), engine: connectEngine(endpoint, { apiVersion, dial }) });
}

/** Of another host, or the engine that flags, environment and context name. */
async function endpointOf({ environment, globals }: App, { host }: Placement): Promise<Endpoint> {
  if (host !== localHostName) return { kind: 'host', location: host, path: '' };
  const { resolveEndpoint } = await import('#engine/resolve-endpoint.ts');
  return resolveEndpoint({ environment, host: globals.host, context: globals.context });
}

function placeOfEngine(endpoint: Exclude<Endpoint, { kind: 'host' }>): RuntimePlace | undefined {
  if (endpoint.kind === 'unix' || isThisMachine(endpoint.host)) return undefined;
  return { host: `ssh://${endpoint.host}`, address: endpoint.host };
}

const isThisMachine = (host: string): boolean => ['localhost', '127.0.0.1', '::1'].includes(host);

async function openProcess(app: App, hosts: OpenHosts, placement: Placement): Promise<Runtime> {
  const [{ processRuntime }, host] = await Promise.all([import('#runtime/process/process.ts'), hosts.open(placement.host)]);
  const isLocal = placement.host === localHostName;
  return processRuntime({
    name: runtimeName(placement),
    host,
    ...(isLocal ? directoriesOf(app) : { place: await placeOf(host) }),
    environment: app.environment,
    program: [process.execPath, process.argv[1] ?? ''],
  });
}

/** undefined: the host is this machine, as another user perhaps. */
async function placeOf({ location }: Host): Promise<RuntimePlace | undefined> {
  const { formatLocation, parseLocation } = await import('#model/host-location.ts');
  const hops = parseLocation(location);
  const last = hops.findLast((hop) => hop.kind === 'ssh');
  if (last === undefined) return undefined;
  return { host: formatLocation(hops.slice(0, hops.indexOf(last) + 1)), address: last.host };
}

function directoriesOf({ environment }: App): { readonly stateDirectory: string; readonly runtimeDirectory: string } {
  return {
    stateDirectory: stateDirectory(environment),
    runtimeDirectory: runtimeDirectory(environment, process.getuid?.()),
  };
}

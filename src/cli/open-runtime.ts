// A runtime by its placement. Nothing is asked of it yet, and only its own code is loaded.

import type { Endpoint } from '#engine/endpoint.ts';
import type { Host } from '#host/host.ts';
import { MusterError } from '#lib/errors.ts';
import { runtimeDirectory } from '#lib/runtime-directory.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import { runtimeKinds } from '#model/muster-extension.ts';
import { type Placement, localHostName, runtimeName } from '#model/placement.ts';
import type { RuntimePlace } from '#model/runtime-traits.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { App } from './app.ts';
import type { OpenHosts } from './open-hosts.ts';

export async function openRuntime(app: App, hosts: OpenHosts, placement: Placement): Promise<Runtime> {
  switch (placement.kind) {
    case 'docker':
      return placement.host === localHostName ? openDocker(app, placement) : openDockerThere(app, hosts, placement);
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

/** The engine that flags, environment and context name. */
async function openDocker(app: App, placement: Placement): Promise<Runtime> {
  const [{ connectEngine }, { resolveEndpoint }, { dockerRuntime }, { localHost }] = await Promise.all([
    import('#engine/connect.ts'),
    import('#engine/resolve-endpoint.ts'),
    import('#runtime/docker/docker.ts'),
    import('#host/local.ts'),
  ]);
  const { environment, globals } = app;
  const endpoint = resolveEndpoint({ environment, host: globals.host, context: globals.context });
  return dockerRuntime({
    ...directoriesOf(app),
    name: runtimeName(placement),
    place: placeOfEngine(endpoint),
    engine: connectEngine(endpoint, { apiVersion: environment['DOCKER_API_VERSION'] }),
    host: localHost(),
    environment,
  });
}

function placeOfEngine(endpoint: Endpoint): RuntimePlace | undefined {
  if (!('host' in endpoint)) return undefined;
  const { host } = endpoint;
  return ['localhost', '127.0.0.1', '::1'].includes(host) ? undefined : { host: `ssh://${host}`, address: host };
}

/** The engine of another host, over the connection that everything else there uses. */
async function openDockerThere({ environment, ...app }: App, hosts: OpenHosts, placement: Placement): Promise<Runtime> {
  const [{ connectEngine }, { defaultSocket }, { dockerRuntime }, { localHost }, far] = await Promise.all([
    import('#engine/connect.ts'),
    import('#engine/endpoint.ts'),
    import('#runtime/docker/docker.ts'),
    import('#host/local.ts'),
    hosts.open(placement.host),
  ]);
  return dockerRuntime({
    ...directoriesOf({ environment, ...app }),
    name: runtimeName(placement),
    place: await placeOf(far),
    engine: connectEngine(
      { kind: 'host', location: far.location, path: defaultSocket },
      { dial: () => far.connect({ unix: defaultSocket }) },
    ),
    host: localHost(),
    environment,
  });
}

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
  const { formatLocation, parseLocation } = await import('#host/location.ts');
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

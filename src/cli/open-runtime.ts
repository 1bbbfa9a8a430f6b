// A runtime by its placement. Nothing is asked of it yet, and only its own code is loaded.

import { MusterError } from '#lib/errors.ts';
import { runtimeDirectory } from '#lib/runtime-directory.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import { runtimeKinds } from '#model/muster-extension.ts';
import { type Placement, localHostName, runtimeName } from '#model/placement.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { App } from './app.ts';

export async function openRuntime(app: App, placement: Placement): Promise<Runtime> {
  switch (placement.kind) {
    case 'docker':
      return openDocker(app, placement);
    case 'process':
      return openProcess(app, placement);
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

/** On another host than this one: the engine that listens there; else the one that flags, environment and context name. */
async function openDocker(app: App, placement: Placement): Promise<Runtime> {
  const [{ connectEngine }, { resolveEndpoint }, { dockerRuntime }, { localHost }] = await Promise.all([
    import('#engine/connect.ts'),
    import('#engine/resolve-endpoint.ts'),
    import('#runtime/docker/docker.ts'),
    import('#host/local.ts'),
  ]);
  const { environment, globals } = app;
  const choice =
    placement.host === localHostName ? { host: globals.host, context: globals.context } : { host: placement.host, context: '' };
  return dockerRuntime({
    name: runtimeName(placement),
    engine: connectEngine(resolveEndpoint({ environment, ...choice }), { apiVersion: environment['DOCKER_API_VERSION'] }),
    host: localHost(),
    ...directoriesOf(app),
    environment,
  });
}

async function openProcess(app: App, placement: Placement): Promise<Runtime> {
  if (placement.host !== localHostName)
    throw new MusterError('UNSUPPORTED', `native services run on this machine only, not on ${placement.host}, so far`, {
      hint: 'leave out host:, or run it in a container there',
    });
  const [{ processRuntime }, { localHost }] = await Promise.all([
    import('#runtime/process/process.ts'),
    import('#host/local.ts'),
  ]);
  const { environment } = app;
  return processRuntime({
    name: runtimeName(placement),
    host: localHost(),
    ...directoriesOf(app),
    environment,
    program: [process.execPath, process.argv[1] ?? ''],
  });
}

function directoriesOf({ environment }: App): { readonly stateDirectory: string; readonly runtimeDirectory: string } {
  return {
    stateDirectory: stateDirectory(environment),
    runtimeDirectory: runtimeDirectory(environment, process.getuid?.()),
  };
}

// A runtime by its placement. Nothing is asked of it yet, and only its own code is loaded.

import { MusterError } from '#lib/errors.ts';
import { runtimeDirectory } from '#lib/runtime-directory.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import { type Placement, localHostName, runtimeName } from '#model/placement.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { App } from './app.ts';

export async function openRuntime(app: App, placement: Placement): Promise<Runtime> {
  switch (placement.kind) {
    case 'docker':
      return openDocker(app, placement);
    case 'process':
      return openProcess(app, placement);
    default:
      throw new MusterError('UNSUPPORTED', `there is no runtime called ${runtimeName(placement)}`, {
        hint: 'runtimes are: docker, process',
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
    stateDirectory: stateDirectory(environment),
    runtimeDirectory: runtimeDirectory(environment, process.getuid?.()),
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
    stateDirectory: stateDirectory(environment),
    runtimeDirectory: runtimeDirectory(environment, process.getuid?.()),
    environment,
    program: [process.execPath, process.argv[1] ?? ''],
  });
}

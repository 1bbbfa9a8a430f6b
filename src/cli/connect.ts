// The runtime that a command works with, on the engine that flags, environment and context name.

import type { Runtime } from '#runtime/runtime.ts';
import { runtimeDirectory } from '#lib/runtime-directory.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import type { App } from './app.ts';

/** Opens it, does the work, closes it whatever happens. */
export async function withRuntime<Result>(app: App, work: (runtime: Runtime) => Promise<Result>): Promise<Result> {
  const runtime = await connect(app);
  try {
    return await work(runtime);
  } finally {
    await runtime.close();
  }
}

async function connect(app: App): Promise<Runtime> {
  const [{ connectEngine }, { resolveEndpoint }, { dockerRuntime }, { localHost }] = await Promise.all([
    import('#engine/connect.ts'),
    import('#engine/resolve-endpoint.ts'),
    import('#runtime/docker/docker.ts'),
    import('#host/local.ts'),
  ]);
  const { environment, globals } = app;
  const endpoint = resolveEndpoint({ environment, host: globals.host, context: globals.context });
  return dockerRuntime({
    engine: connectEngine(endpoint, { apiVersion: environment['DOCKER_API_VERSION'] }),
    host: localHost(),
    stateDirectory: stateDirectory(environment),
    runtimeDirectory: runtimeDirectory(environment, process.getuid?.()),
    environment,
  });
}

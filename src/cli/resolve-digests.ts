import { MusterError, throwAll } from '#lib/errors.ts';
import { mapLimit } from '#lib/map-limit.ts';
import type { App } from './app.ts';

/** Image references and what they are with their digests. Every one that has none is in the error. */
export async function resolveDigests(app: App, references: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const [{ connectEngine }, { resolveEndpoint }, { resolveDigest }] = await Promise.all([
    import('#engine/connect.ts'),
    import('#engine/resolve-endpoint.ts'),
    import('#image/resolve-digest.ts'),
  ]);
  const { environment, globals, interrupts } = app;
  const endpoint = resolveEndpoint({ environment, host: globals.host, context: globals.context });
  const engine = connectEngine(endpoint, { apiVersion: environment['DOCKER_API_VERSION'] });
  const problems: MusterError[] = [];
  const digests = new Map<string, string>();
  try {
    await mapLimit([...new Set(references)], 8, async (reference) => {
      try {
        digests.set(reference, await resolveDigest(engine, reference, { environment, signal: interrupts.signal }));
      } catch (error) {
        if (!(error instanceof MusterError)) throw error;
        problems.push(error);
      }
    });
  } finally {
    engine.close();
  }
  throwAll(problems.sort((left, right) => (left.message < right.message ? -1 : 1)));
  return digests;
}

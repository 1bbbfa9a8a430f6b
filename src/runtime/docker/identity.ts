import type { Engine } from '#engine/engine.ts';
import { refusalOf } from '#engine/engine.ts';
import type { SystemInfo } from '#engine/api/system.ts';

/**
 * What every name of this engine leads to, and no other engine; null where it can't be told. The engine makes its default network anew whenever it
 * starts, so that this is no other's; its own id is copied with a virtual machine's disk, and takes ten times as long to be asked for.
 */
export async function engineIdentity(engine: Engine, { signal }: { readonly signal?: AbortSignal }): Promise<string | null> {
  try {
    return (await defaultNetwork(engine, signal)) ?? (await ownId(engine, signal));
  } catch (error) {
    // A proxy before it may let through what is needed, and no more.
    if (refusalOf(error) !== null) return null;
    throw error;
  }
}

/** With its time: to Podman every default network has the same id. null for an engine that was told to have none. */
async function defaultNetwork(engine: Engine, signal?: AbortSignal): Promise<string | null> {
  try {
    const { Id, Created } = await engine.json<{ readonly Id: string; readonly Created: string }>({
      path: '/networks/bridge',
      signal,
    });
    return `${Id} ${Created}`;
  } catch (error) {
    if (refusalOf(error)?.status === 404) return null;
    throw error;
  }
}

async function ownId(engine: Engine, signal?: AbortSignal): Promise<string | null> {
  const { ID = '', Name } = await engine.json<Partial<SystemInfo>>({ path: '/info', signal });
  return ID === '' ? null : `${ID} ${Name}`;
}

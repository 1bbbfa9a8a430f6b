import type { Engine } from '#engine/engine.ts';
import { refusalOf } from '#engine/engine.ts';
import type { SystemInfo } from '#engine/api/system.ts';

/** The engine's own id is copied with a virtual machine's disk. The id of its default network is not: it is made anew when the engine starts. */
export async function engineIdentity(engine: Engine, { signal }: { readonly signal?: AbortSignal }): Promise<string | null> {
  try {
    const [{ ID, Name }, bridge] = await Promise.all([
      engine.json<Partial<SystemInfo>>({ path: '/info', signal }),
      defaultNetwork(engine, signal),
    ]);
    return ID === undefined || ID === '' ? null : [ID, Name, bridge].join(' ');
  } catch (error) {
    // A proxy before it may let through what is needed, and no more.
    if (refusalOf(error) !== null) return null;
    throw error;
  }
}

/** '' for an engine that was told to have none. */
async function defaultNetwork(engine: Engine, signal?: AbortSignal): Promise<string> {
  try {
    return (await engine.json<{ readonly Id: string }>({ path: '/networks/bridge', signal })).Id;
  } catch (error) {
    if (refusalOf(error)?.status === 404) return '';
    throw error;
  }
}

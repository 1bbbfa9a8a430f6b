import type { ContainerTop } from '#engine/api/container.ts';
import { refusalOf } from '#engine/engine.ts';
import { mapLimit } from '#lib/map-limit.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { ReplicaProcess } from '../../runtime.ts';
import type { DockerSetting } from '../setting.ts';

/** What `ps -ef` on the engine's machine says of each; who does not run has none. */
export async function processes(
  { engine }: Pick<DockerSetting, 'engine'>,
  replicas: readonly ObservedReplica[],
  { signal }: { readonly signal?: AbortSignal },
): Promise<ReplicaProcess[]> {
  const found = new Map<ObservedReplica, ReplicaProcess[]>();
  await mapLimit(
    replicas.filter(({ state }) => state === 'running' || state === 'paused'),
    8,
    async (replica) => {
      try {
        const top = await engine.json<ContainerTop>({ path: `/containers/${replica.id}/top`, signal });
        found.set(replica, rowsOf(replica.id, top));
      } catch (error) {
        // Gone or ended since it was listed.
        if (refusalOf(error) === null) throw error;
      }
    },
  );
  return replicas.flatMap((replica) => found.get(replica) ?? []);
}

function rowsOf(replicaId: string, { Titles, Processes }: ContainerTop): ReplicaProcess[] {
  return (Processes ?? []).map((cells) => ({
    replicaId,
    columns: Object.fromEntries(Titles.map((title, index) => [title, cells[index] ?? ''])),
  }));
}

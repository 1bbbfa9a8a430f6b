// What failing health checks said last: only an inspect knows.

import type { ContainerInspect } from '#engine/api/container.ts';
import { refusalOf } from '#engine/engine.ts';
import { mapLimit } from '#lib/map-limit.ts';
import type { ObservedReplica } from '#model/observed.ts';
import { checkSaid } from '../../last-words.ts';
import type { DockerSetting } from '../setting.ts';

/** Those that are well, or have no check, are not asked about. */
export function withHealthSaid(
  setting: DockerSetting,
  replicas: readonly ObservedReplica[],
  signal: AbortSignal | undefined,
): Promise<ObservedReplica[]> {
  return mapLimit(replicas, 8, async (replica) => {
    if (replica.health !== 'starting' && replica.health !== 'unhealthy') return replica;
    const healthSaid = await saidLast(setting, replica, signal);
    return healthSaid === '' ? replica : { ...replica, healthSaid };
  });
}

async function saidLast({ engine }: DockerSetting, { id }: ObservedReplica, signal: AbortSignal | undefined): Promise<string> {
  try {
    const { State } = await engine.json<ContainerInspect>({ path: `/containers/${id}/json`, signal });
    const probe = State.Health?.Log?.at(-1);
    if (probe === undefined || probe.ExitCode === 0) return '';
    return checkSaid({ output: probe.Output, exitCode: probe.ExitCode });
  } catch (error) {
    // It went away between the list and now.
    if (refusalOf(error)?.status === 404) return '';
    throw error;
  }
}

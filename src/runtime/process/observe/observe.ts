import { untilAborted } from '#lib/cancel.ts';
import { nativePorts } from '#model/muster-extension.ts';
import type { Observed } from '#model/observed.ts';
import { wantedPorts } from '../../ports/wanted-ports.ts';
import type { ObserveQuery } from '../../runtime.ts';
import type { ProcessSetting } from '../setting.ts';
import { heldPorts, keyOf } from './held-ports.ts';
import { listReplicas } from './list.ts';
import { refusals } from './refusals.ts';
import { observeVolumes } from './volumes.ts';

export async function observe(setting: ProcessSetting, query: ObserveQuery): Promise<Observed> {
  const { project, wanted, signal } = query;
  const replicas = listReplicas(setting, project, { signal });
  if (query.only === 'replicas')
    return { project, replicas: await replicas, networks: [], volumes: [], images: {}, heldPorts: [] };
  const [listed, volumes, ports, refused] = await untilAborted(
    Promise.all([
      replicas,
      observeVolumes(setting, query),
      heldPorts(setting, project, wantedPorts(wanted, nativePorts), signal),
      refusals(setting, wanted),
    ]),
    signal,
  );
  setting.memory.takenPorts = new Set(ports.filter((held) => held.replicaId === null).map(keyOf));
  const names = new Map(listed.map(({ id, service, number }) => [id, `${service} ${number}`]));
  setting.memory.ownPorts = new Map(
    ports.flatMap((held) => (held.replicaId === null ? [] : [[keyOf(held), names.get(held.replicaId) ?? '']])),
  );
  return { project, replicas: listed, networks: [], volumes, images: {}, heldPorts: ports, refusals: refused };
}

// What is there, in few round trips that all start at once. Containers are inspected only where the list can't explain a difference.

import type { ContainerInspect, ContainerSummary } from '#engine/api/container.ts';
import type { NetworkInspect } from '#engine/api/network.ts';
import type { VolumeInspect, VolumeList } from '#engine/api/volume.ts';
import { refusalOf } from '#engine/engine.ts';
import { mapLimit } from '#lib/map-limit.ts';
import { label } from '#model/labels.ts';
import type { Observed, ObservedNetwork, ObservedReplica, ObservedVolume } from '#model/observed.ts';
import type { ObserveQuery } from '../../runtime.ts';
import type { DockerSetting } from '../setting.ts';
import { heldPorts } from './held-ports.ts';
import { inspectImage, observeImages } from './images.ts';
import { inspectedConfig } from './inspected-config.ts';
import { replicaFrom, runtimeKind } from './replica.ts';
import { wantedPorts } from './wanted-ports.ts';

export async function observe(setting: DockerSetting, query: ObserveQuery): Promise<Observed> {
  const { project, wanted, signal } = query;
  const [replicas, networks, volumes, images, ports] = await Promise.all([
    listReplicas(setting, project, signal).then((listed) => withConfigs(setting, listed, query)),
    observeNetworks(setting, query),
    observeVolumes(setting, query),
    observeImages(setting, wanted, signal),
    heldPorts(setting, project, wantedPorts(wanted), signal),
  ]);
  setting.memory.noteTakenPorts(
    new Set(ports.filter((held) => held.replicaId === null).map((held) => `${held.port}/${held.protocol}`)),
  );
  return { project, replicas, networks, volumes, images, heldPorts: ports };
}

/** By service and number, one-offs last. */
export async function listReplicas(
  { engine, name }: Pick<DockerSetting, 'engine' | 'name'>,
  project: string,
  signal?: AbortSignal,
  further: readonly string[] = [],
): Promise<ObservedReplica[]> {
  const rows = await engine.json<ContainerSummary[]>({
    path: '/containers/json',
    query: { all: true, filters: { label: [`${label.project}=${project}`, ...further] } },
    signal,
  });
  return rows
    .filter((row) => row.Labels?.[label.service] !== undefined)
    .map((row) => replicaFrom(row, name))
    .sort(byServiceAndNumber);
}

function byServiceAndNumber(a: ObservedReplica, b: ObservedReplica): number {
  if (a.service !== b.service) return a.service < b.service ? -1 : 1;
  return Number(a.oneOff) - Number(b.oneOff) || a.number - b.number || a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1);
}

/** A replica of another tool is looked at closely only when it is not what is wanted: then somebody will ask why. */
async function withConfigs(
  setting: DockerSetting,
  replicas: readonly ObservedReplica[],
  { wanted, signal }: ObserveQuery,
): Promise<ObservedReplica[]> {
  return mapLimit(replicas, 8, async (replica) => {
    const wantedHash = wanted?.configHashes[replica.service];
    if (replica.config !== null || replica.oneOff || wantedHash === undefined || wantedHash === replica.configHash)
      return replica;
    try {
      const [inspect, image] = await Promise.all([
        setting.engine.json<ContainerInspect>({ path: `/containers/${replica.id}/json`, signal }),
        inspectImage(setting, replica.imageId, signal),
      ]);
      return { ...replica, config: inspectedConfig(inspect, image?.Config ?? null) };
    } catch (error) {
      // It went away between the list and now: its row is what we know.
      if (refusalOf(error)?.status === 404) return replica;
      throw error;
    }
  });
}

async function observeNetworks({ engine }: DockerSetting, { project, wanted, signal }: ObserveQuery): Promise<ObservedNetwork[]> {
  const rows = await engine.json<NetworkInspect[]>({ path: '/networks', signal });
  const names = new Set(Object.values(wanted?.networks ?? {}).map((network) => network.name));
  return rows
    .filter((row) => row.Labels?.[label.project] === project || names.has(row.Name) || names.has(row.Id))
    .map((row) => {
      const ours = row.Labels?.[label.project] === project;
      return {
        runtime: runtimeKind,
        id: row.Id,
        name: row.Name,
        key: ours ? (row.Labels?.[label.network] ?? '') : '',
        configHash: row.Labels?.[label.configHash] ?? '',
        ours,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Ours by label; others only by name, because a list of all asks every volume plugin. */
async function observeVolumes({ engine }: DockerSetting, { project, wanted, signal }: ObserveQuery): Promise<ObservedVolume[]> {
  const list = await engine.json<VolumeList>({
    path: '/volumes',
    query: { filters: { label: [`${label.project}=${project}`] } },
    signal,
  });
  const ours = list.Volumes ?? [];
  const known = new Set(ours.map((volume) => volume.Name));
  const others = Object.values(wanted?.volumes ?? {}).filter((volume) => !known.has(volume.name));
  const found = await mapLimit(others, 8, async ({ name }): Promise<VolumeInspect | null> => {
    try {
      return await engine.json<VolumeInspect>({ path: `/volumes/${encodeURIComponent(name)}`, signal });
    } catch (error) {
      if (refusalOf(error)?.status === 404) return null;
      throw error;
    }
  });
  return [...ours, ...found.filter((volume) => volume !== null)]
    .map((volume) => {
      const isOurs = volume.Labels?.[label.project] === project;
      return {
        runtime: runtimeKind,
        name: volume.Name,
        key: isOurs ? (volume.Labels?.[label.volume] ?? '') : '',
        configHash: volume.Labels?.[label.configHash] ?? '',
        ours: isOurs,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

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
import { byServiceAndNumber } from '../../replica-record.ts';
import { withHealthSaid } from './health-said.ts';
import { heldPorts } from './held-ports.ts';
import { inspectImage, observeImages } from './images.ts';
import { inspectedConfig } from './inspected-config.ts';
import { engineRefusals } from './engine-refusals.ts';
import { refusalsFor } from './refusals.ts';
import { replicaFrom } from './replica.ts';
import { wantedPorts } from '../../ports/wanted-ports.ts';

export async function observe(setting: DockerSetting, query: ObserveQuery): Promise<Observed> {
  const { project, wanted, signal } = query;
  if (query.only === 'replicas') {
    const listed = await listReplicas(setting, project, { signal });
    const replicas = query.healthSaid ? await withHealthSaid(setting, listed, signal) : listed;
    return { project, replicas, networks: [], volumes: [], images: {}, heldPorts: [] };
  }
  const allNetworks = setting.engine.json<NetworkInspect[]>({ path: '/networks', signal });
  const [replicas, networks, volumes, images, ports, tooNew] = await Promise.all([
    listReplicas(setting, project, { signal, allNetworks }).then((listed) => withConfigs(setting, listed, query)),
    allNetworks.then((rows) => networksOf(rows, query, setting.name)),
    observeVolumes(setting, query),
    observeImages(setting, wanted, signal),
    heldPorts(setting, project, wantedPorts(wanted), signal),
    engineRefusals(setting, wanted),
  ]);
  setting.memory.noteTakenPorts(
    new Set(ports.filter((held) => held.replicaId === null).map((held) => `${held.port}/${held.protocol}`)),
  );
  const refusals = [...refusalsFor(wanted), ...tooNew];
  return { project, replicas, networks, volumes, images: { [setting.name]: images }, heldPorts: ports, refusals };
}

/** By service and number, one-offs last. */
export async function listReplicas(
  { engine, name }: Pick<DockerSetting, 'engine' | 'name'>,
  project: string,
  { signal, labels = [], allNetworks }: ListOptions = {},
): Promise<ObservedReplica[]> {
  const rows = await engine.json<ContainerSummary[]>({
    path: '/containers/json',
    query: { all: true, filters: { label: [`${label.project}=${project}`, ...labels] } },
    signal,
  });
  const living = allNetworks === undefined ? null : new Set((await allNetworks).map(({ Id }) => Id));
  return rows
    .filter((row) => row.Labels?.[label.service] !== undefined)
    .map((row) => ({ ...replicaFrom(row, name), networks: attachedNetworks(row, living) }))
    .sort(byServiceAndNumber);
}

type ListOptions = {
  readonly signal?: AbortSignal;
  /** Further `label=value` that a container must carry. */
  readonly labels?: readonly string[];
  /** Every network that there is: tells attachments to networks that are gone. */
  readonly allNetworks?: Promise<readonly NetworkInspect[]>;
};

/**
 * A stopped container keeps the id of a network that was removed meanwhile and can never start again, also when there is a new network
 * of that name: such an attachment is none. Before the first start there may be no id yet.
 */
function attachedNetworks(row: ContainerSummary, living: ReadonlySet<string> | null): string[] {
  const attachments = Object.entries(row.NetworkSettings?.Networks ?? {});
  if (living === null || row.State === 'running') return attachments.map(([name]) => name);
  const isLost = (id: string | undefined): boolean => id !== undefined && id !== '' && !living.has(id);
  return attachments.filter(([, { NetworkID }]) => !isLost(NetworkID)).map(([name]) => name);
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

function networksOf(rows: readonly NetworkInspect[], { project, wanted }: ObserveQuery, runtime: string): ObservedNetwork[] {
  const names = new Set(Object.values(wanted?.networks ?? {}).map((network) => network.name));
  return rows
    .filter((row) => row.Labels?.[label.project] === project || names.has(row.Name) || names.has(row.Id))
    .map((row) => {
      const ours = row.Labels?.[label.project] === project;
      return {
        runtime,
        id: row.Id,
        name: row.Name,
        key: ours ? (row.Labels?.[label.network] ?? '') : '',
        configHash: row.Labels?.[label.configHash] ?? '',
        ours,
        gateway: row.IPAM?.Config?.find((pool) => pool.Gateway)?.Gateway ?? '',
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Ours by label; others only by name, because a list of all asks every volume plugin. */
async function observeVolumes(
  { engine, name: runtime }: DockerSetting,
  { project, wanted, signal }: ObserveQuery,
): Promise<ObservedVolume[]> {
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
        runtime,
        name: volume.Name,
        key: isOurs ? (volume.Labels?.[label.volume] ?? '') : '',
        configHash: volume.Labels?.[label.configHash] ?? '',
        ours: isOurs,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

// Remote replicas as they are now: those that are attached to are asked, all at once.

import { humanDuration } from '#lib/human.ts';
import { untilAborted } from '#lib/cancel.ts';
import { label } from '#model/labels.ts';
import type { Observed, ObservedReplica, Refusal, ReplicaAddress } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import { byServiceAndNumber, recordedConfig, replacedName, summarize } from '../replica-record.ts';
import type { ObserveQuery, ProjectSummary } from '../runtime.ts';
import { type Probe, probe } from './probe.ts';
import type { RemoteRecord } from './record.ts';
import type { RemoteSetting } from './setting.ts';

export async function observe(setting: RemoteSetting, { project, wanted, signal }: ObserveQuery): Promise<Observed> {
  const replicas = await untilAborted(
    Promise.all(setting.records.list(project).map((record) => observeOne(setting, record, signal))),
    signal,
  );
  return {
    project,
    replicas: replicas.sort(byServiceAndNumber),
    networks: [],
    volumes: [],
    images: {},
    heldPorts: [],
    refusals: wanted === undefined ? [] : refusalsOf(wanted),
  };
}

export function projects({ records }: RemoteSetting): ProjectSummary[] {
  const all = records.projects().flatMap((project) => records.list(project));
  return summarize(all.map(({ labels, state }) => ({ labels, state: stateWithoutAsking[state] })));
}

/** Of an endpoint that nobody asked now, nothing is known but that we are attached to it. */
const stateWithoutAsking = { created: 'created', attached: 'running', detached: 'exited' } as const;

async function observeOne(
  { name, records }: RemoteSetting,
  record: RemoteRecord,
  signal?: AbortSignal,
): Promise<ObservedReplica> {
  const found = record.state === 'attached' ? await probe(record.settings, records.headers(record.id), signal) : null;
  return replicaOf(name, record, found);
}

export function replicaOf(runtime: string, record: RemoteRecord, found: Probe | null): ObservedReplica {
  const { id, name, service, number, labels, settings } = record;
  return {
    id,
    name,
    runtime,
    service,
    number,
    oneOff: false,
    ...conditionOf(record, found),
    createdAt: Math.floor(record.createdAt / 1000),
    image: '',
    imageId: '',
    configHash: labels[label.configHash] ?? '',
    musterHash: labels[label.musterHash] ?? '',
    config: recordedConfig(labels[label.musterConfig]),
    networks: [],
    volumes: [],
    ports: [],
    addresses: addressesOf(settings.url),
    replaces: replacedName(name, labels),
    external: true,
    command: settings.url,
    labels,
  };
}

function conditionOf(
  { state, changedAt }: RemoteRecord,
  found: Probe | null,
): Pick<ObservedReplica, 'state' | 'health' | 'exitCode' | 'status'> {
  if (state === 'created') return { state, health: 'none', exitCode: null, status: 'Created' };
  const ago = humanDuration((Date.now() - changedAt) / 1000);
  if (state === 'detached') return { state: 'exited', health: 'none', exitCode: 0, status: `Exited (0) ${ago} ago` };
  // Somebody else decides whether it runs: what does not answer may do so all the same.
  if (found?.isReached !== true)
    return { state: 'unknown', health: 'unhealthy', exitCode: null, status: `Unreachable: ${found?.said ?? ''}` };
  if (found.isWell) return { state: 'running', health: 'healthy', exitCode: null, status: `Up ${ago} (healthy)` };
  return { state: 'running', health: 'unhealthy', exitCode: null, status: `Up ${ago} (unhealthy): ${found.said}` };
}

/** It answers to the same name wherever it is asked from. */
function addressesOf(url: string): ReplicaAddress[] {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' ? [{ network: '', ip: '127.0.0.1', gateway: '' }] : [{ network: '', ip: host, gateway: '' }];
}

function refusalsOf({ services }: Project): Refusal[] {
  return Object.entries(services).flatMap(([service, { scale, deploy }]) => {
    const count = scale ?? deploy?.replicas ?? 1;
    if (count <= 1) return [];
    const key = scale === undefined ? 'deploy.replicas' : 'scale';
    return [{ service, key, why: 'means nothing for what somebody else runs', hint: `remove it, or set it to 1` }];
  });
}

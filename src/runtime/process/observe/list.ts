import type { Replica } from '#api/agent/contract.ts';
import { label } from '#model/labels.ts';
import type { ObservedReplica } from '#model/observed.ts';
import { byServiceAndNumber } from '../../replica-record.ts';
import type { ProcessSetting } from '../setting.ts';
import { replicaFrom } from './replica.ts';

type Options = { readonly signal?: AbortSignal };

/** By service and number, one-offs last. */
export async function listReplicas(setting: ProcessSetting, project: string, options: Options = {}): Promise<ObservedReplica[]> {
  const now = Date.now();
  return (await listNative(setting, { project }, options))
    .filter((replica) => replica.labels[label.service] !== undefined)
    .map((replica) => replicaFrom(replica, setting.name, now))
    .sort(byServiceAndNumber);
}

export async function listNative(
  { agent }: ProcessSetting,
  query: { readonly project?: string; readonly ids?: readonly string[] },
  options: Options = {},
): Promise<readonly Replica[]> {
  return (await agent.look('list', query, { replicas: [] }, options)).replicas;
}

/** null: it is gone. */
export async function findNative(setting: ProcessSetting, idOrName: string, options: Options = {}): Promise<Replica | null> {
  return (await listNative(setting, { ids: [idOrName] }, options))[0] ?? null;
}

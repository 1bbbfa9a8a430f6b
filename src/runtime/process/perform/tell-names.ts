// Names of services, told to native replicas that run: nothing is restarted.

import type { HostNames } from '#model/host-names.ts';
import { hostNamesDigest } from '#model/host-names.ts';
import { untilAborted } from '#lib/cancel.ts';
import { failureIn } from '../failure.ts';
import { listNative } from '../observe/list.ts';
import type { ProcessSetting } from '../setting.ts';

export async function tellNames(
  setting: ProcessSetting,
  project: string,
  names: HostNames,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const replicas = await listNative(setting, { project }, { signal });
  const digest = hostNamesDigest(names);
  // An older agent does not say, because it can't be told.
  const stale = replicas.filter(({ hosts }) => hosts !== undefined && hosts !== digest);
  if (stale.length === 0) return;
  const ids = stale.map(({ id }) => id);
  const { outcomes } = await untilAborted(setting.agent.call('setHosts', { ids, hosts: names }), signal);
  const failed = outcomes.find(({ failure }) => failure !== null && failure.code !== 'REPLICA_NOT_FOUND');
  if (failed === undefined) return;
  const name = stale.find(({ id }) => id === failed.id)?.name ?? failed.id;
  throw failureIn([failed], `tell ${name} where the others are`);
}

/** What a program that is to find a container by its name should have heard; '' when it does find it. */
export async function unheard({ agent, memory }: ProcessSetting, names: HostNames | undefined): Promise<string> {
  const name = Object.keys(names ?? {}).find((each) => names?.[each]?.some((ip) => !ip.startsWith('127.')));
  if (name === undefined || memory.isNameTroubleTold) return '';
  const { hostsProblem = 'its agent is of an older version' } = await agent.call('stats', {});
  if (hostsProblem === '') return '';
  memory.isNameTroubleTold = true;
  return `native services find others by name only where root runs them (${hostsProblem}); give them the address: \${service:${name}.ip}`;
}

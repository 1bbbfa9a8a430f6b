// Collects what a native replica is made of: the only part of making one that asks the host.

import { randomInt } from 'node:crypto';
import { MusterError } from '#lib/errors.ts';
import type { Service } from '#model/project.ts';
import { replicaLabels } from '../labels.ts';
import type { PerformContext } from '../runtime.ts';
import { sourceDigests } from '../stage/sources.ts';
import { accountOf } from './account.ts';
import { baseEnvironment } from './base-environment.ts';
import { nativeCommand } from './launch/command.ts';
import type { Account, LaunchFacts, OneOff } from './launch/launch-facts.ts';
import { openChoices } from './launch/ports.ts';
import type { ProcessSetting } from './setting.ts';
import { configsIn, newDirectory, secretsIn } from './stage.ts';
import { volumeData } from './volume-store.ts';

export type WantedReplica = {
  readonly service: string;
  readonly name: string;
  /** null for one-offs. */
  readonly number: number | null;
  readonly replaces: boolean;
  /** The service as `run` changed it. */
  readonly definition?: Service;
  readonly oneOff?: OneOff & { readonly slug: string; readonly labels: Readonly<Record<string, string>> };
};

export async function factsFor(setting: ProcessSetting, wanted: WantedReplica, context: PerformContext): Promise<LaunchFacts> {
  const { project } = context;
  const { service, name, number, oneOff } = wanted;
  const definition = wanted.definition ?? serviceOf(service, context);
  const account = await accountOf(setting, nativeCommand(definition).user, service);
  const [defaultWorkingDir, base, own, volumes, freePorts] = await Promise.all([
    startFolder(setting, account, project.workingDir),
    baseEnvironment(setting, account),
    newDirectory(setting, { project, service: definition, account }),
    volumeFolders(setting, definition, context),
    freePortsFor(setting, definition),
  ]);
  return {
    project,
    service,
    definition,
    name,
    number,
    oneOff: oneOff ?? null,
    labels: replicaLabels({
      project,
      service,
      definition,
      number,
      imageId: '',
      configHash: project.configHashes[service] ?? '',
      musterHash: context.musterHashes[service] ?? '',
      sources: sourceDigests(definition, context.sources),
      slug: oneOff?.slug,
      replaces: wanted.replaces,
      extra: oneOff?.labels,
    }),
    account,
    defaultWorkingDir,
    base,
    takenPorts: setting.memory.takenPorts,
    ofOtherReplicas: portsOfOthers(setting, `${service} ${number}`),
    freePorts,
    directories: { own, secrets: secretsIn(own), configs: configsIn(own), volumes: volumes.folders },
    volumeNames: volumes.names,
  };
}

function portsOfOthers({ memory }: ProcessSetting, own: string): ReadonlySet<string> {
  return new Set([...memory.ownPorts].flatMap(([port, holder]) => (holder === own ? [] : [port])));
}

/** The project's own folder is on this machine only, and often nobody else may enter it. As login(1) does: `/` for who has no home. */
async function startFolder({ host }: ProcessSetting, { isOwn, home }: Account, ofProject: string): Promise<string> {
  if (isOwn) return host.location === 'local' ? ofProject : home;
  return (await host.stat(home)) === null ? '/' : home;
}

export function serviceOf(name: string, { project }: PerformContext): Service {
  const service = project.services[name] ?? project.disabledServices[name];
  if (service === undefined) throw new MusterError('UNKNOWN_SERVICE', `service ${name} is not in the Compose file`);
  return service;
}

type Volumes = { readonly folders: Readonly<Record<string, string>>; readonly names: readonly string[] };

async function volumeFolders(setting: ProcessSetting, service: Service, { project }: PerformContext): Promise<Volumes> {
  const keys = (service.volumes ?? []).flatMap(({ type, source }) => (type === 'volume' && source !== undefined ? [source] : []));
  const names = [...new Set(keys)].map((key) => [key, project.volumes[key]?.name ?? key] as const);
  const folders = await Promise.all(names.map(async ([key, name]) => [key, await volumeData(setting, name)] as const));
  return { folders: Object.fromEntries(folders), names: names.map(([, name]) => name) };
}

const [firstFree, lastFree] = [20_000, 32_000];

/** Below the range that the kernel takes the near ends of connections from. Listened on by nobody when we looked. */
async function freePortsFor(setting: ProcessSetting, service: Service): Promise<number[]> {
  const count = openChoices(service);
  if (count === 0) return [];
  const candidates = new Set<number>();
  while (candidates.size < count + 32) candidates.add(randomInt(firstFree, lastFree));
  const keys = new Set([...candidates].flatMap((port) => [`${port}/tcp`, `${port}/udp`]));
  const taken = new Set((await setting.host.listeners(keys)).map(({ port }) => port));
  return [...candidates].filter((port) => !taken.has(port));
}

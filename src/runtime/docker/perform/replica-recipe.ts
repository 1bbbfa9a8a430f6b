// Collects what a container is made of: the only part of creating one that asks the engine and the disk.

import type { ContainerInspect } from '#engine/api/container.ts';
import { refusalOf } from '#engine/engine.ts';
import { proxyVariables } from '#engine/proxies.ts';
import { MusterError } from '#lib/errors.ts';
import { hashedService } from '#model/hashed-service.ts';
import { joinedService } from '#model/joined-service.ts';
import { builtImageName } from '#model/names.ts';
import type { Service } from '#model/project.ts';
import type { PerformContext } from '../../runtime.ts';
import { abilitiesOf } from '../abilities.ts';
import { replicaLabels } from '../../labels.ts';
import type { InheritedVolume, OneOff, Peer, Recipe } from '../create/recipe.ts';
import { seccompPath } from '../create/security.ts';
import { inspectImage } from '../observe/images.ts';
import { listReplicas } from '../observe/observe.ts';
import type { DockerSetting } from '../setting.ts';
import { sourceDigests } from '../../stage/sources.ts';
import { type StagedSources, stageSources } from '../stage/stage.ts';

export type RecipeOptions = {
  readonly replaces?: { readonly id: string; readonly name: string };
  readonly renewAnonymousVolumes?: boolean;
  readonly oneOff?: OneOff & {
    readonly slug: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly useAliases: boolean;
  };
  /** The service as `run` changed it. */
  readonly definition?: Service;
};

/** Also stages the secrets and configs, because their places are part of the container. */
export type StagedRecipe = Recipe & { readonly sources: StagedSources };

export async function recipeFor(
  setting: DockerSetting,
  subject: { readonly service: string; readonly name: string; readonly number: number },
  context: PerformContext,
  options: RecipeOptions,
): Promise<StagedRecipe> {
  const { project, signal } = context;
  const { service, name } = subject;
  const definition = options.definition ?? project.services[service] ?? project.disabledServices[service];
  if (definition === undefined) throw new MusterError('UNKNOWN_SERVICE', `service ${service} is not in the Compose file`);
  const image = definition.image ?? builtImageName(project.name, service);
  const [abilities, imageId, peers, inherited, sources, seccompProfiles] = await Promise.all([
    abilitiesOf(setting),
    imageIdOf(setting, image, service, signal),
    peersOf(setting, definition, context),
    inheritedVolumes(setting, definition, image, options, signal),
    stageSources(setting, { project, service, definition, sources: context.sources }),
    seccompProfilesOf(setting, definition),
  ]);
  const proxies = proxyVariables(setting.environment, setting.engine.endpoint);
  const number = options.oneOff === undefined ? subject.number : null;
  return {
    project,
    service,
    definition,
    name,
    number,
    oneOff: options.oneOff ?? null,
    useAliases: options.oneOff === undefined || options.oneOff.useAliases,
    image,
    imageId,
    labels: replicaLabels({
      project,
      service,
      definition,
      number,
      imageId,
      configHash: configHashOf(definition, service, peers, context),
      musterHash: context.musterHashes[service] ?? '',
      sources: sourceDigests(definition, context.sources),
      slug: options.oneOff?.slug,
      replaces: options.replaces !== undefined,
      extra: options.oneOff?.labels,
    }),
    peers,
    inherited,
    staged: sources.mounts,
    sources,
    proxies,
    seccompProfiles,
    takenPorts: setting.memory.takenPorts,
    hostServices: context.hostServices ?? {},
    abilities,
  };
}

/** What joins others is recorded with their ids, as Docker Compose does: to both tools it is outdated once they are replaced. */
function configHashOf(
  definition: Service,
  name: string,
  peers: Readonly<Record<string, readonly Peer[]>>,
  { project, serviceHash }: PerformContext,
): string {
  const joined = serviceHash === undefined ? null : joinedService(definition, (service) => peers[service]?.[0]?.id);
  if (joined === null || serviceHash === undefined) return project.configHashes[name] ?? '';
  return serviceHash(hashedService(project, name, joined));
}

async function imageIdOf(setting: DockerSetting, reference: string, service: string, signal: AbortSignal): Promise<string> {
  const known = setting.memory.imageId(reference);
  if (known !== undefined) return known;
  const image = await inspectImage(setting, reference, signal);
  if (image === null)
    throw new MusterError('IMAGE_MISSING', `image ${reference} of service ${service} is not on this engine`, {
      hint: `pull or build it: muster pull ${service}, muster build ${service}`,
    });
  setting.memory.noteImage(reference, image.Id);
  return image.Id;
}

/** Replicas of the services that this one joins or links to; most services have none, and nothing is asked. */
async function peersOf(
  setting: DockerSetting,
  service: Service,
  { project, signal }: PerformContext,
): Promise<Record<string, Peer[]>> {
  const names = peerServices(service);
  if (names.size === 0) return {};
  const peers: Record<string, Peer[]> = {};
  for (const replica of await listReplicas(setting, project.name, { signal }))
    if (names.has(replica.service) && !replica.oneOff && replica.replaces === null)
      (peers[replica.service] ??= []).push({ id: replica.id, name: replica.name, number: replica.number });
  return peers;
}

function peerServices(service: Service): Set<string> {
  const names = new Set<string>();
  for (const mode of [service.network_mode, service.ipc, service.pid, service.uts, service.cgroup])
    if (mode?.startsWith('service:') === true) names.add(mode.slice('service:'.length));
  for (const source of service.volumes_from ?? [])
    if (!source.startsWith('container:')) names.add(source.split(':')[0] ?? source);
  for (const link of service.links ?? []) names.add(link.split(':')[0] ?? link);
  return names;
}

/** Anonymous volumes of the replaced container that the new one still has a place for. */
async function inheritedVolumes(
  setting: DockerSetting,
  service: Service,
  image: string,
  { replaces, renewAnonymousVolumes }: RecipeOptions,
  signal: AbortSignal,
): Promise<Record<string, InheritedVolume>> {
  if (replaces === undefined || renewAnonymousVolumes === true) return {};
  const anonymous = (await mountsOf(setting, replaces.id, signal)).filter(
    (mount) => mount.Type === 'volume' && /^[0-9a-f]{64}$/.test(mount.Name ?? ''),
  );
  if (anonymous.length === 0) return {};
  const places = new Set(Object.keys((await inspectImage(setting, image, signal))?.Config?.Volumes ?? {}));
  for (const volume of service.volumes ?? []) if (volume.type === 'volume' && !volume.source) places.add(volume.target ?? '');
  return Object.fromEntries(
    anonymous
      .filter((mount) => places.has(mount.Destination))
      // The filter above asked for a name.
      .map((mount) => [mount.Destination, { volume: mount.Name as string, readOnly: !mount.RW }]),
  );
}

async function mountsOf(
  { engine }: DockerSetting,
  id: string,
  signal: AbortSignal,
): Promise<NonNullable<ContainerInspect['Mounts']>> {
  try {
    return (await engine.json<ContainerInspect>({ path: `/containers/${encodeURIComponent(id)}/json`, signal })).Mounts ?? [];
  } catch (error) {
    // Somebody removed it meanwhile: there is nothing to carry over.
    if (refusalOf(error)?.status === 404) return [];
    throw error;
  }
}

async function seccompProfilesOf({ host }: DockerSetting, service: Service): Promise<Record<string, string>> {
  const profiles: Record<string, string> = {};
  for (const option of service.security_opt ?? []) {
    const path = seccompPath(option);
    if (path === null) continue;
    try {
      profiles[path] = JSON.stringify(JSON.parse((await host.readFile(path)).toString('utf8')));
    } catch (cause) {
      throw new MusterError('SOURCE_MISSING', `seccomp profile ${path} can't be read`, {
        hint: 'check the path; it must hold JSON',
        cause,
      });
    }
  }
  return profiles;
}

import type { ContainerCreated, ContainerInspect } from '#engine/api/container.ts';
import { refusalOf } from '#engine/engine.ts';
import { MusterError } from '#lib/errors.ts';
import { label } from '#model/labels.ts';
import { temporaryName } from '#model/names.ts';
import type { Step } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import { type ContainerRequest, containerRequest } from '../create/container-body.ts';
import { replicaOf } from '../handle.ts';
import type { DockerSetting } from '../setting.ts';
import { uploadSources } from '../stage/upload.ts';
import { connect } from './networks.ts';
import { type StagedRecipe, recipeFor } from './replica-recipe.ts';
import { explained } from './refusal.ts';

export async function createReplica(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const { replaces, renewAnonymousVolumes } = step.options;
  const recipe = await recipeFor(setting, subject, context, { replaces, renewAnonymousVolumes });
  const name = replaces === undefined ? subject.name : temporaryName(replaces.id, subject.name);
  const made = await createContainer(setting, { name, recipe, signal: context.signal });
  setting.memory.noteReplica(subject.name, made.id);
  const warnings = [...made.warnings, ...shortcomings(recipe)];
  return { replicaId: made.id, ...(warnings.length > 0 ? { warning: `${subject.name}: ${warnings.join('; ')}` } : {}) };
}

/** What the service asks for and does not get. */
function shortcomings({ definition, abilities }: StagedRecipe): string[] {
  const missing: string[] = [];
  if (definition.use_api_socket === true) missing.push('use_api_socket gives the socket, but no registry credentials yet');
  if (definition.healthcheck?.start_interval !== undefined && !abilities.severalNetworks)
    missing.push('healthcheck.start_interval needs Docker Engine 25 or newer and is left out');
  return missing;
}

export type NewContainer = { readonly name: string; readonly recipe: StagedRecipe; readonly signal: AbortSignal };

/** A container that is whole: on all its networks, with its files. One that can't be made whole is taken away again. */
export async function createContainer(
  setting: DockerSetting,
  { name, recipe, signal }: NewContainer,
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  try {
    return await createWhole(setting, { name, recipe, signal });
  } finally {
    recipe.sources.release();
  }
}

async function createWhole(
  setting: DockerSetting,
  { name, recipe, signal }: NewContainer,
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  const request = containerRequest(recipe);
  const about = { doing: `create ${name}`, service: recipe.service, project: recipe.project.name };
  const { id, warnings } = await explained(setting, about, () => makeOrFind(setting, name, recipe, request, signal));
  try {
    await completeContainer(setting, id, recipe, request, signal);
  } catch (error) {
    // Best effort, without the signal: what is left half-made would be taken for whole by the next run.
    await setting.engine
      .json({ path: `/containers/${id}`, method: 'DELETE', query: { force: true, v: true } })
      .catch(() => undefined);
    throw error;
  }
  return { id, warnings };
}

/** What an older engine does not take with the create call. Safe to repeat. */
export async function completeContainer(
  setting: DockerSetting,
  id: string,
  recipe: StagedRecipe,
  { further }: ContainerRequest,
  signal: AbortSignal,
): Promise<void> {
  // One after the other: the order of connecting is the order of the interfaces inside.
  for (const { name, endpoint } of further) await connect(setting, name, { Container: id, EndpointConfig: endpoint }, signal);
  if (recipe.sources.uploads.length > 0) await uploadSources(setting, id, recipe, signal);
}

async function makeOrFind(
  { engine }: DockerSetting,
  name: string,
  recipe: StagedRecipe,
  { body, platform }: ContainerRequest,
  signal: AbortSignal,
): Promise<{ id: string; warnings: readonly string[] }> {
  try {
    const query = { name, platform };
    const made = await engine.json<ContainerCreated>({
      path: '/containers/create',
      method: 'POST',
      query,
      body,
      signal,
    });
    return { id: made.Id, warnings: made.Warnings ?? [] };
  } catch (error) {
    if (refusalOf(error)?.status !== 409) throw error;
    // 409: the name is taken, by what a run before this one made, or by somebody else.
    const found = await engine.json<ContainerInspect>({ path: `/containers/${encodeURIComponent(name)}/json`, signal });
    if (isSame(found, recipe)) return { id: found.Id, warnings: [] };
    throw new MusterError('NAME_COLLISION', `could not create ${name}: ${ownerInWords(found)} has that name`, {
      hint: 'remove or rename it, or change the name of yours',
      cause: refusalOf(error),
    });
  }
}

const identity = [label.project, label.service, label.number, label.configHash, label.musterHash, label.oneOff];

function isSame(found: ContainerInspect, { labels }: StagedRecipe): boolean {
  return identity.every((name) => found.Config.Labels?.[name] === labels[name]);
}

function ownerInWords(found: ContainerInspect): string {
  const labels = found.Config.Labels ?? {};
  const project = labels[label.project];
  const id = found.Id.slice(0, 12);
  return project === undefined
    ? `container ${id}`
    : `container ${id} of project ${project}, service ${labels[label.service] ?? '?'},`;
}

// Steps that change a replica that exists.

import type { ContainerInspect } from '#engine/api/container.ts';
import type { EngineRequest } from '#engine/engine.ts';
import { refusalOf } from '#engine/engine.ts';
import { lettingFinish } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { Step } from '#model/plan.ts';
import type { Service } from '#model/project.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import { abilitiesOf } from '../abilities.ts';
import { containerRequest } from '../create/container-body.ts';
import { type ReplicaSubject, handleOf, replicaOf } from '../handle.ts';
import type { DockerSetting } from '../setting.ts';
import { forgetStaged } from '../stage/forget.ts';
import { type Exec, runHooks } from '../../hooks.ts';
import { mountsSources } from '../../stage/sources.ts';
import { completeContainer, createReplica } from './create-replica.ts';
import { startExec } from '../stream/exec.ts';
import { explained } from './refusal.ts';
import { recipeFor } from './replica-recipe.ts';

/** An engine goes on starting what nobody waits for any more; who stops everything next would not find it running yet. */
const startPatienceMs = 10_000;

export async function startReplica(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const id = handleOf(setting, subject);
  const service = serviceOf(subject, context);
  const hooks = service?.post_start ?? [];
  // The hooks belong to a start: one that runs already had them.
  if (hooks.length > 0 && (await isRunning(setting, id, context.signal))) return {};
  await makeWhole(setting, subject, service, context);
  const started = await lettingFinish(context.signal, startPatienceMs, (signal) =>
    startOrMakeAnew(setting, step, { ...context, signal }, id),
  );
  await runHooks(execIn(setting, started ?? id), hooks, { service: subject.service, kind: 'post_start', signal: context.signal });
  return started === null ? {} : { replicaId: started, warning: `the engine had lost hold of ${subject.name}: it was made anew` };
}

/**
 * An engine that is restarted while it starts a container may forget that it began, and refuses to start it ever after. Such a container never ran, so
 * that nothing is lost by making it again. Answers the new one's id.
 */
async function startOrMakeAnew(setting: DockerSetting, step: Step, context: PerformContext, id: string): Promise<string | null> {
  const { signal } = context;
  try {
    await act(setting, step, context, { path: `/containers/${id}/start`, method: 'POST' });
    return null;
  } catch (error) {
    const isKnown = serviceOf(replicaOf(step), context) !== undefined;
    if (!isKnown || !/task \S+: already exists/i.test(refusalOf(error)?.message ?? '')) throw error;
    if ((await inspect(setting, id, signal))?.State.Status !== 'created') throw error;
    await setting.engine.json({ path: `/containers/${id}`, method: 'DELETE', query: { force: true, v: true }, signal });
    const { replicaId = id } = await createReplica(setting, step, context);
    await act(setting, step, context, { path: `/containers/${replicaId}/start`, method: 'POST' });
    return replicaId;
  }
}

export async function stopReplica(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const id = handleOf(setting, replicaOf(step));
  const warning = await runPreStop(setting, step, context);
  await act(
    setting,
    step,
    context,
    { path: `/containers/${id}/stop`, method: 'POST', query: { t: step.options.timeoutSeconds } },
    gone,
  );
  return warning === null ? {} : { warning };
}

export async function restartReplica(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const id = handleOf(setting, subject);
  const service = serviceOf(subject, context);
  const warning = await runPreStop(setting, step, context);
  await makeWhole(setting, subject, service, context);
  await act(setting, step, context, {
    path: `/containers/${id}/restart`,
    method: 'POST',
    query: { t: step.options.timeoutSeconds },
  });
  await runHooks(execIn(setting, id), service?.post_start, {
    service: subject.service,
    kind: 'post_start',
    signal: context.signal,
  });
  return warning === null ? {} : { warning };
}

export async function killReplica(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const id = handleOf(setting, replicaOf(step));
  // 404: it is gone. 409: it does not run.
  const query = { signal: step.options.signal };
  await act(
    setting,
    step,
    context,
    { path: `/containers/${id}/kill`, method: 'POST', query },
    (status) => status === 404 || status === 409,
  );
  return {};
}

export async function removeReplica(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const id = handleOf(setting, subject);
  const { removeVolumes: v, force } = step.options;
  let isUnderWay = false;
  await act(setting, step, context, { path: `/containers/${id}`, method: 'DELETE', query: { v, force } }, (status, message) => {
    // 409: somebody else removes it right now.
    isUnderWay = status === 409 && /already in progress/i.test(message);
    return isUnderWay || gone(status, message);
  });
  if (isUnderWay) await untilRemoved(setting, id, context.signal);
  setting.memory.forgetReplica(id);
  await forgetStaged(setting, context.project.name, subject.service, context.signal);
  return {};
}

export async function renameReplica(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const id = handleOf(setting, subject);
  await act(
    setting,
    step,
    context,
    { path: `/containers/${id}/rename`, method: 'POST', query: { name: subject.name } },
    (_status, message) => /same name as its current name/i.test(message),
  );
  return {};
}

const execIn =
  (setting: DockerSetting, id: string): Exec =>
  (options) =>
    startExec(setting, id, options);

type Tolerance = (status: number, message: string) => boolean;

const gone: Tolerance = (status) => status === 404;

const verbs: Readonly<Partial<Record<Step['kind'], string>>> = {
  'start-replica': 'start',
  'stop-replica': 'stop',
  'restart-replica': 'restart',
  'kill-replica': 'kill',
  'remove-replica': 'remove',
  'rename-replica': 'rename',
};

/** Docker answers 304 when it runs or has stopped already; for us that is success, as are the refusals that mean the same. */
async function act(
  setting: DockerSetting,
  step: Step,
  { signal, project }: PerformContext,
  request: EngineRequest,
  tolerates: Tolerance = () => false,
): Promise<void> {
  const subject = replicaOf(step);
  const about = { doing: `${verbs[step.kind] ?? step.kind} ${subject.name}`, service: subject.service, project: project.name };
  await explained(setting, about, async () => {
    try {
      await setting.engine.json({ ...request, signal });
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null || !tolerates(refusal.status, refusal.message)) throw error;
    }
  });
}

function serviceOf(subject: ReplicaSubject, { project }: PerformContext): Service | undefined {
  return project.services[subject.service] ?? project.disabledServices[subject.service];
}

/** A hook that fails must not keep alive what was asked to stop: it is a warning. */
async function runPreStop(setting: DockerSetting, step: Step, context: PerformContext): Promise<string | null> {
  const subject = replicaOf(step);
  const hooks = serviceOf(subject, context)?.pre_stop ?? [];
  const id = handleOf(setting, subject);
  if (hooks.length === 0 || !(await isRunning(setting, id, context.signal))) return null;
  try {
    await runHooks(execIn(setting, id), hooks, { service: subject.service, kind: 'pre_stop', signal: context.signal });
    return null;
  } catch (error) {
    if (error instanceof MusterError && error.code === 'STEP_FAILED') return error.message;
    throw error;
  }
}

async function isRunning(setting: DockerSetting, id: string, signal: AbortSignal): Promise<boolean> {
  return (await inspect(setting, id, signal))?.State.Running === true;
}

async function inspect({ engine }: DockerSetting, id: string, signal: AbortSignal): Promise<ContainerInspect | null> {
  try {
    return await engine.json<ContainerInspect>({ path: `/containers/${id}/json`, signal });
  } catch (error) {
    if (refusalOf(error)?.status === 404) return null;
    throw error;
  }
}

/**
 * Before a start: files that a reboot took from tmpfs are staged again, and a container that a killed run left without all of its
 * networks or files gets them. Nothing is asked for services that have neither.
 */
async function makeWhole(
  setting: DockerSetting,
  subject: ReplicaSubject,
  service: Service | undefined,
  context: PerformContext,
): Promise<void> {
  if (service === undefined || setting.memory.replicaId(subject.name) !== undefined) return;
  const needsNetworks = Object.keys(service.networks ?? {}).length > 1 && !(await abilitiesOf(setting)).severalNetworks;
  if (!needsNetworks && !mountsSources(service, context.sources)) return;
  const id = handleOf(setting, subject);
  const found = await inspect(setting, id, context.signal);
  if (found === null || found.State.Running) return;
  const recipe = await recipeFor(setting, subject, context, {});
  const attached = new Set(Object.keys(found.NetworkSettings.Networks ?? {}));
  const request = containerRequest(recipe);
  const further = request.further.filter(({ name }) => !attached.has(name));
  await completeContainer(setting, id, recipe, { ...request, further }, context.signal);
  recipe.sources.release();
}

/** The engine answers a removal that another one is ahead of at once; the name is free only when that one is done. */
async function untilRemoved({ engine }: DockerSetting, id: string, signal: AbortSignal): Promise<void> {
  try {
    await engine.json({ path: `/containers/${id}/wait`, method: 'POST', query: { condition: 'removed' }, signal });
  } catch (error) {
    if (refusalOf(error)?.status !== 404) throw error;
  }
}

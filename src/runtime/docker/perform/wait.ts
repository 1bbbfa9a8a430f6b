// wait-dependency: follows the engine's events instead of asking again and again. The listening starts before the first look, so that
// nothing falls between the two.

import type { ContainerInspect } from '#engine/api/container.ts';
import { cancelledBy, onAbort, untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import { label } from '#model/labels.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Step, WaitCondition } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import { refusalOf } from '#engine/engine.ts';
import { listReplicas } from '../observe/observe.ts';
import { healthOf, stateOf } from '../observe/status-text.ts';
import type { DockerSetting } from '../setting.ts';
import { type Verdict, judgeAll } from './dependency.ts';

type Failure = Extract<Verdict, { readonly kind: 'failed' }>;

export async function waitForDependency(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const { condition = 'service_started', optional, timeoutSeconds } = step.options;
  const service = serviceOf(step);
  try {
    await waitFor(setting, { service, condition, timeoutSeconds, context });
    return {};
  } catch (error) {
    if (optional === true && error instanceof MusterError && (error.code === 'DEPENDENCY_FAILED' || error.code === 'TIMED_OUT'))
      return { warning: `${error.message}; it is not required, so this goes on` };
    throw error;
  }
}

type Wait = {
  readonly service: string;
  readonly condition: WaitCondition;
  readonly timeoutSeconds: number | undefined;
  readonly context: PerformContext;
};

async function waitFor(setting: DockerSetting, { service, condition, timeoutSeconds, context }: Wait): Promise<void> {
  const { project, signal: outer, progress } = context;
  const deadline = timeoutSeconds === undefined ? null : AbortSignal.timeout(timeoutSeconds * 1000);
  const signal = deadline === null ? outer : AbortSignal.any([outer, deadline]);
  const news = new News();
  const stopListening = await listen(setting, project.name, service, news, signal);
  const stopAborting = onAbort(signal, (error) => news.fail(error));
  let last = `${service} has no replica`;
  try {
    for (;;) {
      const replicas = await replicasOf(setting, service, context, signal);
      const verdict = replicas.length === 0 ? nobody(service, context) : judgeAll(replicas, condition);
      if (verdict.kind === 'met') return;
      if (verdict.kind === 'failed') throw await failure(setting, service, condition, verdict, signal);
      if (verdict.text !== last) progress((last = verdict.text));
      await news.next();
    }
  } catch (error) {
    if (deadline?.aborted === true && !outer.aborted)
      throw new MusterError('TIMED_OUT', `${service} was not ready after ${timeoutSeconds}s: ${last}`, {
        hint: `see why: muster logs ${service}`,
        cause: error,
      });
    throw outer.aborted ? cancelledBy(outer) : error;
  } finally {
    stopAborting();
    stopListening();
  }
}

/** Hears of the service's replicas from now on; a signal that fires while the engine is slow to answer ends it too. */
async function listen(
  setting: DockerSetting,
  project: string,
  service: string,
  news: News,
  signal: AbortSignal,
): Promise<() => void> {
  const listening = setting.watch(project).listen({
    event: (event) => {
      if (event.Actor.Attributes?.[label.service] === service) news.arrive();
    },
    lost: (error) => news.fail(error),
  });
  try {
    return await untilAborted(listening, signal);
  } catch (error) {
    void listening.then((stop) => stop()).catch(() => undefined);
    throw error;
  }
}

/** The replicas that stay: a replacement under way and one-offs are not what others wait for. */
async function replicasOf(
  setting: DockerSetting,
  service: string,
  { project }: PerformContext,
  signal: AbortSignal,
): Promise<ObservedReplica[]> {
  const replicas = await listReplicas(setting, project.name, { signal, labels: [`${label.service}=${service}`] });
  const staying = replicas.filter((replica) => !replica.oneOff && replica.replaces === null && replica.state !== 'removing');
  const looked = await Promise.all(
    staying.map(async (replica) => (mayChange(replica) ? lookAt(setting, replica, signal) : replica)),
  );
  return looked.filter((replica) => replica !== null);
}

const mayChange = ({ state }: ObservedReplica): boolean => state !== 'exited' && state !== 'dead';

/**
 * The engine tells `die` a moment before its list knows: a look at the list alone may be the last one and find the replica running. An inspect
 * waits for the engine to be done with the container. null: it is gone.
 */
async function lookAt({ engine }: DockerSetting, replica: ObservedReplica, signal: AbortSignal): Promise<ObservedReplica | null> {
  try {
    const { State } = await engine.json<ContainerInspect>({ path: `/containers/${replica.id}/json`, signal });
    const state = stateOf(State.Status);
    const ended = state === 'exited' || state === 'dead' || state === 'restarting';
    return { ...replica, state, health: healthOf(State.Health?.Status), exitCode: ended ? State.ExitCode : null };
  } catch (error) {
    if (refusalOf(error)?.status === 404) return null;
    throw error;
  }
}

function nobody(service: string, { project }: PerformContext): Verdict {
  const wanted = project.services[service];
  if (wanted !== undefined && (wanted.scale ?? wanted.deploy?.replicas ?? 1) === 0) return { kind: 'met' };
  throw new MusterError('DEPENDENCY_FAILED', `${service} has no replica to wait for`, {
    hint: `bring it up first: muster up ${service}`,
  });
}

/** Events that came while we looked count: the state is looked at again. */
class News {
  #pending = false;
  #error: Error | null = null;
  #wake: (() => void) | null = null;

  arrive(): void {
    this.#pending = true;
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }

  async next(): Promise<void> {
    if (!this.#pending && this.#error === null) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = null;
    if (this.#error !== null) throw this.#error;
    this.#pending = false;
  }
}

async function failure(
  setting: DockerSetting,
  service: string,
  condition: WaitCondition,
  { replica, reason }: Failure,
  signal: AbortSignal,
): Promise<MusterError> {
  switch (reason) {
    case 'no-check':
      return new MusterError('DEPENDENCY_FAILED', `${replica.name} has no health check, and others wait for it to be healthy`, {
        hint: `give ${service} a healthcheck, or wait with condition: service_started`,
      });
    case 'unhealthy': {
      const said = await lastProbe(setting, replica.id, signal);
      return new MusterError('DEPENDENCY_FAILED', `${replica.name} is unhealthy${said === '' ? '' : `: ${said}`}`, {
        hint: `see why: muster logs ${service}`,
      });
    }
    case 'exited': {
      const early = condition === 'service_healthy' ? ' before it was healthy' : '';
      return new MusterError('DEPENDENCY_FAILED', `${replica.name} exited (${replica.exitCode ?? '?'})${early}`, {
        hint: `see why: muster logs ${service}`,
      });
    }
  }
}

/** What the health check said last; a courtesy, so its failure is no failure of ours. */
async function lastProbe({ engine }: DockerSetting, id: string, signal: AbortSignal): Promise<string> {
  try {
    const { State } = await engine.json<ContainerInspect>({ path: `/containers/${id}/json`, signal });
    const probe = State.Health?.Log?.at(-1);
    if (probe === undefined) return '';
    const said = probe.Output.trim().slice(-300);
    return said === '' ? `its check ended with ${probe.ExitCode}` : said;
  } catch {
    return '';
  }
}

function serviceOf({ subject, id }: Step): string {
  if (subject.type === 'service' || subject.type === 'replica' || subject.type === 'image') return subject.service;
  throw new Error(`step ${id} waits for something that is no service`);
}

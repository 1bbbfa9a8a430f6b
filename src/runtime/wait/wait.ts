// wait-dependency on any runtime: follows what happens instead of asking again and again. The listening starts before the first look, so
// that nothing falls between the two.

import { cancelledBy, onAbort, untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Step, WaitCondition } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../runtime.ts';
import { type Verdict, judgeAll } from './dependency.ts';
import { News } from './news.ts';

/** What a wait asks of its runtime. */
export type Watched = {
  /** Resolves once no change of the service's replicas can be missed; the returned function ends the listening. */
  listen(service: string, news: News): Promise<() => void>;
  /** The service's replicas as they are now; those on their way out, under replacement and one-offs are left out by the wait. */
  replicas(service: string, signal: AbortSignal): Promise<readonly ObservedReplica[]>;
  /** What the health check said last, '' when not known. Never rejects. */
  lastProbe(replica: ObservedReplica, signal: AbortSignal): Promise<string>;
};

type Failure = Extract<Verdict, { readonly kind: 'failed' }>;

export async function waitForDependency(watched: Watched, step: Step, context: PerformContext): Promise<StepOutcome> {
  const { condition = 'service_started', optional, timeoutSeconds } = step.options;
  const service = serviceOf(step);
  try {
    await waitFor(watched, { service, condition, timeoutSeconds, context });
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

async function waitFor(watched: Watched, { service, condition, timeoutSeconds, context }: Wait): Promise<void> {
  const { signal: outer, progress } = context;
  const deadline = timeoutSeconds === undefined ? null : AbortSignal.timeout(timeoutSeconds * 1000);
  const signal = deadline === null ? outer : AbortSignal.any([outer, deadline]);
  const news = new News();
  const stopListening = await listen(watched, service, news, signal);
  const stopAborting = onAbort(signal, (error) => news.fail(error));
  let last = `${service} has no replica`;
  try {
    for (;;) {
      const replicas = (await watched.replicas(service, signal)).filter(isStaying);
      const verdict = replicas.length === 0 ? nobody(service, context) : judgeAll(replicas, condition);
      if (verdict.kind === 'met') return;
      if (verdict.kind === 'failed') throw await failure(watched, { service, condition, failed: verdict, signal });
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

/** A signal that fires while the runtime is slow to answer ends it too. */
async function listen(watched: Watched, service: string, news: News, signal: AbortSignal): Promise<() => void> {
  const listening = watched.listen(service, news);
  try {
    return await untilAborted(listening, signal);
  } catch (error) {
    void listening.then((stop) => stop()).catch(() => undefined);
    throw error;
  }
}

/** A replacement under way and one-offs are not what others wait for. */
const isStaying = ({ oneOff, replaces, state }: ObservedReplica): boolean => !oneOff && replaces === null && state !== 'removing';

function nobody(service: string, { project }: PerformContext): Verdict {
  const wanted = project.services[service];
  if (wanted !== undefined && (wanted.scale ?? wanted.deploy?.replicas ?? 1) === 0) return { kind: 'met' };
  throw new MusterError('DEPENDENCY_FAILED', `${service} has no replica to wait for`, {
    hint: `bring it up first: muster up ${service}`,
  });
}

type FailedWait = {
  readonly service: string;
  readonly condition: WaitCondition;
  readonly failed: Failure;
  readonly signal: AbortSignal;
};

async function failure(watched: Watched, { service, condition, failed, signal }: FailedWait): Promise<MusterError> {
  const { replica, reason } = failed;
  switch (reason) {
    case 'no-check':
      return new MusterError('DEPENDENCY_FAILED', `${replica.name} has no health check, and others wait for it to be healthy`, {
        hint: `give ${service} a healthcheck, or wait with condition: service_started`,
      });
    case 'unhealthy': {
      const said = await watched.lastProbe(replica, signal);
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

function serviceOf({ subject, id }: Step): string {
  if (subject.type === 'service' || subject.type === 'replica' || subject.type === 'image') return subject.service;
  throw new Error(`step ${id} waits for something that is no service`);
}

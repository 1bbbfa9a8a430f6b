// Steps that change a replica that exists.

import type { Replica } from '#api/agent/contract.ts';
import { lettingFinish, untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { HostNames } from '#model/host-names.ts';
import type { Step } from '#model/plan.ts';
import type { Service } from '#model/project.ts';
import { runHooks } from '../../hooks.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import { accountOf } from '../account.ts';
import { failureIn, warningIn } from '../failure.ts';
import { type ReplicaSubject, handleOf, replicaOf } from '../handle.ts';
import { findNative } from '../observe/list.ts';
import { readPlacement } from '../native-labels.ts';
import type { ProcessSetting } from '../setting.ts';
import { signalName } from '../signal-name.ts';
import { stageFiles, unstage } from '../stage.ts';
import { startExec } from '../stream/exec.ts';
import { unheard } from './tell-names.ts';

/** Who stops everything next must find it running, not about to. */
const startPatienceMs = 10_000;

export async function startReplica(setting: ProcessSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const service = serviceOf(subject, context);
  const replica = await find(setting, subject, context);
  if (replica === null) throw gone(subject);
  // The hooks belong to a start: one that runs already had them.
  if (replica.state === 'running') return {};
  await makeWhole(setting, replica, service, context);
  const { outcomes } = await lettingFinish(context.signal, startPatienceMs, (signal) =>
    ask(setting, { signal }, 'start', { ids: [replica.id], ...hostsOf(context) }),
  );
  const failure = failureIn(outcomes, `start ${subject.name}`);
  if (failure !== null) throw failure;
  await runStartHooks(setting, replica.id, subject, service, context);
  const warnings = [warningIn(outcomes), await unheard(setting, context.hostNames)].filter((text) => text !== '');
  return warnings.length === 0 ? {} : { warning: `${subject.name}: ${warnings.join('; ')}` };
}

export async function stopReplica(setting: ProcessSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const replica = await find(setting, subject, context);
  if (replica === null) return {};
  const warning = await runPreStop(setting, replica, subject, context);
  const { outcomes } = await ask(setting, context, 'stop', { ids: [replica.id], ...graceOf(step) });
  const failure = failureIn(outcomes, `stop ${subject.name}`);
  if (failure !== null && failure.code !== 'REPLICA_NOT_FOUND') throw failure;
  return warning === null ? {} : { warning };
}

export async function restartReplica(setting: ProcessSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const service = serviceOf(subject, context);
  const replica = await find(setting, subject, context);
  if (replica === null) throw gone(subject);
  const warning = await runPreStop(setting, replica, subject, context);
  await makeWhole(setting, replica, service, context);
  const { outcomes } = await ask(setting, context, 'restart', { ids: [replica.id], ...graceOf(step), ...hostsOf(context) });
  const failure = failureIn(outcomes, `restart ${subject.name}`);
  if (failure !== null) throw failure;
  await runStartHooks(setting, replica.id, subject, service, context);
  return warning === null ? {} : { warning };
}

export async function killReplica(setting: ProcessSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const asked = step.options.signal ?? 'SIGKILL';
  const signal = signalName(asked);
  if (signal === null)
    throw new MusterError('BAD_ARGUMENT', `there is no signal ${asked} that can be sent to ${subject.name}`, {
      hint: 'use SIGKILL, SIGTERM, SIGHUP, SIGUSR1, …',
    });
  const { outcomes } = await ask(setting, context, 'kill', { ids: [handleOf(setting, subject)], signal });
  const failure = failureIn(outcomes, `kill ${subject.name}`);
  if (failure !== null && failure.code !== 'REPLICA_NOT_FOUND' && failure.code !== 'REPLICA_NOT_RUNNING') throw failure;
  return {};
}

export async function removeReplica(setting: ProcessSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const replica = await find(setting, subject, context);
  if (replica === null) return {};
  await removeNative(setting, replica, { force: step.options.force === true, context });
  setting.memory.forgetReplica(replica.id);
  return {};
}

/** With all that was staged for it. */
export async function removeNative(
  setting: ProcessSetting,
  { id, name, labels }: Pick<Replica, 'id' | 'name' | 'labels'>,
  { force, context }: { readonly force: boolean; readonly context: Pick<PerformContext, 'signal'> },
): Promise<void> {
  const { outcomes } = await ask(setting, context, 'remove', { ids: [id], force });
  const failure = failureIn(outcomes, `remove ${name}`);
  if (failure !== null && failure.code !== 'REPLICA_NOT_FOUND') throw failure;
  await unstage(setting, readPlacement(labels).directory);
}

export async function renameReplica(setting: ProcessSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const replica = await find(setting, subject, context);
  if (replica === null) throw gone(subject);
  if (replica.name !== subject.name) await ask(setting, context, 'rename', { id: replica.id, name: subject.name });
  return {};
}

/** A signal that fires ends the waiting; the agent finishes what it began. */
function ask<Name extends 'start' | 'stop' | 'restart' | 'kill' | 'remove' | 'rename'>(
  { agent }: ProcessSetting,
  { signal }: Pick<PerformContext, 'signal'>,
  ...[method, params]: Parameters<typeof agent.call<Name>>
): ReturnType<typeof agent.call<Name>> {
  return untilAborted(agent.call(method, params), signal);
}

const graceOf = ({ options: { timeoutSeconds } }: Step): { readonly graceMs?: number } =>
  // Below zero is Docker's word for as long as it takes.
  timeoutSeconds === undefined ? {} : { graceMs: timeoutSeconds < 0 ? 2 ** 31 - 1 : timeoutSeconds * 1000 };

const hostsOf = ({ hostNames: hosts }: PerformContext): { readonly hosts?: HostNames } => (hosts === undefined ? {} : { hosts });

function find(setting: ProcessSetting, subject: ReplicaSubject, { signal }: PerformContext): Promise<Replica | null> {
  return findNative(setting, handleOf(setting, subject), { signal });
}

function gone({ name }: ReplicaSubject): MusterError {
  return new MusterError('STATE_CHANGED', `${name} is gone`, {
    hint: 'somebody else removed it meanwhile: run the same command again',
  });
}

function serviceOf(subject: ReplicaSubject, { project }: PerformContext): Service | undefined {
  return project.services[subject.service] ?? project.disabledServices[subject.service];
}

/** Files that a reboot took from tmpfs are staged again. */
async function makeWhole(
  setting: ProcessSetting,
  replica: Replica,
  service: Service | undefined,
  { project, sources }: PerformContext,
): Promise<void> {
  const { directory } = readPlacement(replica.labels);
  if (directory === '' || service === undefined) return;
  const name = replica.name;
  const account = await accountOf(setting, replica.user, name);
  await stageFiles(setting, { project, service, name, account, directory, sources });
}

function runStartHooks(
  setting: ProcessSetting,
  id: string,
  { service: name }: ReplicaSubject,
  service: Service | undefined,
  { signal }: PerformContext,
): Promise<void> {
  return runHooks((options) => startExec(setting, id, options), service?.post_start, {
    service: name,
    kind: 'post_start',
    signal,
  });
}

/** A hook that fails must not keep alive what was asked to stop: it is a warning. */
async function runPreStop(
  setting: ProcessSetting,
  replica: Replica,
  subject: ReplicaSubject,
  context: PerformContext,
): Promise<string | null> {
  const hooks = serviceOf(subject, context)?.pre_stop ?? [];
  if (hooks.length === 0 || replica.state !== 'running') return null;
  try {
    const run = { service: subject.service, kind: 'pre_stop', signal: context.signal } as const;
    await runHooks((options) => startExec(setting, replica.id, options), hooks, run);
    return null;
  } catch (error) {
    if (error instanceof MusterError && error.code === 'STEP_FAILED') return error.message;
    throw error;
  }
}

import { untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import { label } from '#model/labels.ts';
import { temporaryName } from '#model/names.ts';
import type { Step } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import { failureIn, warningIn } from '../failure.ts';
import { replicaOf } from '../handle.ts';
import { shortcomingsOf } from '../launch/refusals.ts';
import { launchSpec } from '../launch/launch-spec.ts';
import type { LaunchFacts } from '../launch/launch-facts.ts';
import { findNative } from '../observe/list.ts';
import { factsFor } from '../replica-facts.ts';
import type { ProcessSetting } from '../setting.ts';
import { stageFiles, unstage } from '../stage.ts';

export async function createReplica(setting: ProcessSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const { service, number, name } = replicaOf(step);
  const { replaces } = step.options;
  const madeAs = replaces === undefined ? name : temporaryName(replaces.id, name);
  const facts = await factsFor(setting, { service, number, name: madeAs, replaces: replaces !== undefined }, context);
  const { id, warning } = await createNative(setting, facts, context);
  setting.memory.noteReplica(name, id);
  const warnings = [...(warning === '' ? [] : [warning]), ...shortcomingsOf(facts.definition)];
  return { replicaId: id, ...(warnings.length > 0 ? { warning: `${name}: ${warnings.join('; ')}` } : {}) };
}

/** A replica that is whole: with its files. What was staged for one that could not be made is taken away again. */
export async function createNative(
  setting: ProcessSetting,
  facts: LaunchFacts,
  { sources, signal }: Pick<PerformContext, 'sources' | 'signal'>,
): Promise<{ readonly id: string; readonly warning: string }> {
  const { project, service, definition, account, directories, name } = facts;
  const spec = launchSpec(facts);
  try {
    await giveVolumes(setting, facts);
    await stageFiles(setting, { project, service: definition, name: service, account, directory: directories.own, sources });
    const { outcomes } = await untilAborted(setting.agent.call('create', { specs: [spec] }), signal);
    const failure = failureIn(outcomes, `create ${name}`);
    if (failure === null) return { id: outcomes[0]?.id ?? '', warning: warningIn(outcomes) };
    if (failure.code !== 'NAME_COLLISION') throw failure;
    const id = await idOfSame(setting, facts, failure);
    await unstage(setting, directories.own);
    return { id, warning: '' };
  } catch (error) {
    // Best effort: the error that counts is the first one.
    await unstage(setting, directories.own).catch(() => undefined);
    throw error;
  }
}

const identity = [label.project, label.service, label.number, label.configHash, label.musterHash, label.oneOff];

/** The name is taken: by what a run before this one made, or by somebody else. */
async function idOfSame(setting: ProcessSetting, { name, labels }: LaunchFacts, failure: MusterError): Promise<string> {
  const found = await findNative(setting, name);
  if (found !== null && identity.every((each) => found.labels[each] === labels[each])) return found.id;
  const owner = found?.labels[label.project];
  const whose =
    owner === undefined ? '' : `: a native service of project ${owner}, ${found?.labels[label.service] ?? '?'}, has that name`;
  throw new MusterError('NAME_COLLISION', `could not create ${name}${whose}`, {
    hint: 'remove or rename it, or change the name of yours',
    cause: failure,
  });
}

/** A volume that nobody has used yet belongs to the user of the first program that gets it. */
async function giveVolumes({ host }: ProcessSetting, { account, directories }: LaunchFacts): Promise<void> {
  if (account.isOwn) return;
  for (const folder of Object.values(directories.volumes)) {
    const info = await host.stat(folder);
    if (info !== null && info.uid === 0 && (await host.list(folder)).length === 0)
      await host.run({ argv: ['chown', `${account.uid}:${account.gid}`, folder] });
  }
}

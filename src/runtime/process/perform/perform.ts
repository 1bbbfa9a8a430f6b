// One step of a plan -> what is asked of the agent. Each is safe to repeat.

import { cancelledBy } from '#lib/cancel.ts';
import type { Step, StepKind } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import type { ProcessSetting } from '../setting.ts';
import { createReplica } from './create-replica.ts';
import { killReplica, removeReplica, renameReplica, restartReplica, startReplica, stopReplica } from './replica-life.ts';
import { createVolume, removeVolume } from './volumes.ts';
import { waitDependency } from './wait.ts';

type Performer = (setting: ProcessSetting, step: Step, context: PerformContext) => Promise<StepOutcome>;

const performers: Readonly<Record<StepKind, Performer>> = {
  'create-volume': createVolume,
  'remove-volume': removeVolume,
  'create-replica': createReplica,
  'start-replica': startReplica,
  'stop-replica': stopReplica,
  'restart-replica': restartReplica,
  'kill-replica': killReplica,
  'remove-replica': removeReplica,
  'rename-replica': renameReplica,
  'wait-dependency': waitDependency,
  // The planner asks no runtime for what its traits say that it lacks.
  'pull-image': unheardOf,
  'build-image': unheardOf,
  'remove-image': unheardOf,
  'create-network': unheardOf,
  'remove-network': unheardOf,
  'connect-network': unheardOf,
  'disconnect-network': unheardOf,
  'run-provider': unheardOf,
  'stop-provider': unheardOf,
  'end-provider': unheardOf,
};

export async function perform(setting: ProcessSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  if (context.signal.aborted) throw cancelledBy(context.signal);
  return performers[step.kind](setting, step, context);
}

function unheardOf(_setting: ProcessSetting, step: Step): never {
  throw new Error(`step ${step.id} asks the process runtime for ${step.kind}`);
}

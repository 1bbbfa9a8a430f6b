// One step of a plan -> the calls that do it. Each is safe to repeat.

import type { Step, StepKind } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import type { DockerSetting } from '../setting.ts';
import { createReplica } from './create-replica.ts';
import { buildImageStep, pullImageStep, removeImageStep } from './images.ts';
import { connectNetwork, createNetwork, disconnectNetwork, removeNetwork } from './networks.ts';
import { killReplica, removeReplica, renameReplica, restartReplica, startReplica, stopReplica } from './replica-life.ts';
import { createVolume, removeVolume } from './volumes.ts';
import { waitDependency } from './wait.ts';

type Performer = (setting: DockerSetting, step: Step, context: PerformContext) => Promise<StepOutcome>;

const performers: Readonly<Record<StepKind, Performer>> = {
  'pull-image': pullImageStep,
  'build-image': buildImageStep,
  'remove-image': removeImageStep,
  'create-network': createNetwork,
  'remove-network': removeNetwork,
  'connect-network': connectNetwork,
  'disconnect-network': disconnectNetwork,
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
  // A provider is nobody's replica: apply runs its program.
  'run-provider': unheardOf,
  'stop-provider': unheardOf,
  'end-provider': unheardOf,
};

export function perform(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  return performers[step.kind](setting, step, context);
}

function unheardOf(_setting: DockerSetting, step: Step): never {
  throw new Error(`step ${step.id} asks the docker runtime for ${step.kind}`);
}

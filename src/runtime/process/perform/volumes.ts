import type { Step } from '#model/plan.ts';
import { volumeLabels } from '../../labels.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import { listNative } from '../observe/list.ts';
import { readPlacement } from '../native-labels.ts';
import type { ProcessSetting } from '../setting.ts';
import { dropVolume, storeVolume } from '../volume-store.ts';

export async function createVolume(setting: ProcessSetting, step: Step, { project }: PerformContext): Promise<StepOutcome> {
  const { key, name } = volumeOf(step);
  await storeVolume(setting, { name, labels: volumeLabels(project, key) });
  return {};
}

export async function removeVolume(setting: ProcessSetting, step: Step, { signal }: PerformContext): Promise<StepOutcome> {
  const { name } = volumeOf(step);
  const user = (await listNative(setting, {}, { signal })).find(({ labels }) => readPlacement(labels).volumes.includes(name));
  if (user !== undefined) return { warning: `volume ${name} is still used by ${user.name} and stays` };
  await dropVolume(setting, name);
  return {};
}

function volumeOf({ subject, id }: Step): { readonly key: string; readonly name: string } {
  if (subject.type !== 'volume') throw new Error(`step ${id} is not about a volume`);
  return subject;
}

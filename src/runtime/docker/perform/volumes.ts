import type { VolumeInspect } from '#engine/api/volume.ts';
import { refusalOf } from '#engine/engine.ts';
import type { Json } from '#lib/canonical-json.ts';
import { label } from '#model/labels.ts';
import type { Step } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import { volumeBody } from '../create/volume-body.ts';
import type { DockerSetting } from '../setting.ts';
import { explained } from './refusal.ts';

/** The engine answers with the volume that is there when there is one. */
export async function createVolume(
  setting: DockerSetting,
  step: Step,
  { project, signal }: PerformContext,
): Promise<StepOutcome> {
  const { key, name } = volumeOf(step);
  const body = volumeBody(project, key) as Json;
  const made = await explained(setting, { doing: `create volume ${name}` }, () =>
    setting.engine.json<VolumeInspect>({ path: '/volumes/create', method: 'POST', body, signal }),
  );
  if (made.Labels?.[label.project] === project.name) return {};
  return { warning: `volume ${name} was there already and was not made for project ${project.name}; it is used as it is` };
}

export async function removeVolume(setting: DockerSetting, step: Step, { signal }: PerformContext): Promise<StepOutcome> {
  const { name } = volumeOf(step);
  try {
    await explained(setting, { doing: `remove volume ${name}` }, () =>
      setting.engine.json({ path: `/volumes/${encodeURIComponent(name)}`, method: 'DELETE', signal }),
    );
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal?.status === 409) return { warning: `volume ${name} is still in use, so it stays` };
    if (refusal?.status !== 404) throw error;
  }
  return {};
}

function volumeOf({ subject, id }: Step): { readonly key: string; readonly name: string } {
  if (subject.type !== 'volume') throw new Error(`step ${id} is not about a volume`);
  return subject;
}

import type { Refusal } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import { refusalsOf } from '../launch/refusals.ts';
import type { ProcessSetting } from '../setting.ts';

/** Of the services that are wanted of this runtime. */
export async function refusals(setting: ProcessSetting, wanted: Project | undefined): Promise<Refusal[]> {
  if (wanted === undefined) return [];
  const { uid, user } = await setting.facts();
  return Object.entries(wanted.services).flatMap(([name, service]) => refusalsOf(name, service, { uid, user }));
}

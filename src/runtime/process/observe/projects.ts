import { summarize } from '../../replica-record.ts';
import type { ProjectSummary } from '../../runtime.ts';
import type { ProcessSetting } from '../setting.ts';
import { listNative } from './list.ts';

/** Every project that has native replicas, by name. */
export async function projects(
  setting: ProcessSetting,
  { signal }: { readonly signal?: AbortSignal },
): Promise<ProjectSummary[]> {
  return summarize(await listNative(setting, {}, { signal }));
}

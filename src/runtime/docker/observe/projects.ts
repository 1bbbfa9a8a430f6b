import type { ContainerSummary } from '#engine/api/container.ts';
import { label } from '#model/labels.ts';
import { summarize } from '../../replica-record.ts';
import type { ProjectSummary } from '../../runtime.ts';
import type { DockerSetting } from '../setting.ts';
import { stateOf } from './status-text.ts';

/** Every project that has containers, by name. */
export async function projects(
  { engine }: DockerSetting,
  { signal }: { readonly signal?: AbortSignal },
): Promise<ProjectSummary[]> {
  const filters = { label: [label.project, label.configHash] };
  const rows = await engine.json<ContainerSummary[]>({ path: '/containers/json', query: { all: true, filters }, signal });
  return summarize(rows.map((row) => ({ labels: row.Labels ?? {}, state: stateOf(row.State) })));
}

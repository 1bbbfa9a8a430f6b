import type { ContainerSummary } from '#engine/api/container.ts';
import { label } from '#model/labels.ts';
import type { ReplicaState } from '#model/observed.ts';
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
  return summarize(rows);
}

export function summarize(rows: readonly ContainerSummary[]): ProjectSummary[] {
  const byProject = new Map<string, ContainerSummary[]>();
  for (const row of rows) {
    const name = row.Labels?.[label.project];
    if (name === undefined || row.Labels?.[label.oneOff] === 'True') continue;
    const list = byProject.get(name);
    if (list === undefined) byProject.set(name, [row]);
    else list.push(row);
  }
  return [...byProject.keys()].sort().map((name) => {
    const members = byProject.get(name) ?? [];
    const files = new Set(
      members.flatMap((row) => row.Labels?.[label.configFiles]?.split(',') ?? []).filter((file) => file !== ''),
    );
    return { name, replicas: countStates(members), configFiles: [...files] };
  });
}

function countStates(rows: readonly ContainerSummary[]): ProjectSummary['replicas'] {
  const counts: Partial<Record<ReplicaState, number>> = {};
  for (const row of rows) {
    const state = stateOf(row.State);
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

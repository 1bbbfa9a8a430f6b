import type { ContainerSummary } from '#engine/api/container.ts';
import { label } from '#model/labels.ts';
import type { ProjectSummary } from '../../runtime.ts';
import type { DockerSetting } from '../setting.ts';

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
    return { name, status: statusOf(members), configFiles: [...files] };
  });
}

/** `exited(1), running(2)`. */
function statusOf(rows: readonly ContainerSummary[]): string {
  const counts = new Map<string, number>();
  for (const { State } of rows) counts.set(State, (counts.get(State) ?? 0) + 1);
  return [...counts.keys()]
    .sort()
    .map((state) => `${state}(${counts.get(state)})`)
    .join(', ');
}

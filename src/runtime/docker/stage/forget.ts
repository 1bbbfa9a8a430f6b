// Staged copies go with the last container that uses them.

import { dirname, join } from 'node:path';
import type { ContainerSummary } from '#engine/api/container.ts';
import { label } from '#model/labels.ts';
import type { DockerSetting } from '../setting.ts';
import { serviceFolders } from './place.ts';

/** After a replica of `service` was removed: deletes what no container is bound to any more. */
export async function forgetStaged(setting: DockerSetting, project: string, service: string, signal: AbortSignal): Promise<void> {
  const { engine, host } = setting;
  if (!engine.isLocal) return;
  const folders: string[] = [];
  for (const folder of serviceFolders(setting, project, service)) if (await host.exists(folder)) folders.push(folder);
  if (folders.length === 0) return;
  const used = await usedFolders(setting, project, service, signal);
  for (const folder of folders) {
    const staged = (await host.list(folder)).map((name) => join(folder, name));
    const unused = staged.filter((path) => !used.has(path) && !setting.memory.heldFolders.has(path));
    // The whole folder when nothing is left, and the project's with it once that is empty.
    for (const path of unused.length === staged.length ? [folder] : unused) await host.remove(path);
    const ofProject = dirname(folder);
    if ((await host.exists(ofProject)) && (await host.list(ofProject)).length === 0) await host.remove(ofProject);
  }
}

async function usedFolders(
  { engine }: DockerSetting,
  project: string,
  service: string,
  signal: AbortSignal,
): Promise<Set<string>> {
  const filters = { label: [`${label.project}=${project}`, `${label.service}=${service}`] };
  const rows = await engine.json<ContainerSummary[]>({ path: '/containers/json', query: { all: true, filters }, signal });
  return new Set(rows.flatMap((row) => (row.Mounts ?? []).map((mount) => dirname(mount.Source))));
}

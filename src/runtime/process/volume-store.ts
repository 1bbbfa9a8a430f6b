// Named volumes are folders: <volumes>/<name>/data, with what they are in volume.json beside.

import { dirname, join } from 'node:path';
import { label } from '#model/labels.ts';
import { volumesFolder } from './places-on-host.ts';
import type { ProcessSetting } from './setting.ts';

export type StoredVolume = { readonly name: string; readonly labels: Readonly<Record<string, string>> };

export async function volumeData(setting: ProcessSetting, name: string): Promise<string> {
  return join(await volumesFolder(setting), folderName(name), 'data');
}

/** Names of volumes may hold what a path may not. */
const folderName = (name: string): string => encodeURIComponent(name).replace(/^\./, '%2E');

export async function storedVolumes(setting: ProcessSetting): Promise<StoredVolume[]> {
  const folder = await volumesFolder(setting);
  if (!(await setting.host.exists(folder))) return [];
  const names = await setting.host.list(folder);
  const volumes = await Promise.all(names.map((name) => readVolume(setting, join(folder, name, recordName))));
  return volumes.filter((volume) => volume !== null);
}

const recordName = 'volume.json';

async function readVolume({ host }: ProcessSetting, path: string): Promise<StoredVolume | null> {
  try {
    // Written by storeVolume.
    return JSON.parse((await host.readFile(path)).toString('utf8')) as StoredVolume;
  } catch (error) {
    // Made only half, or removed meanwhile.
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
}

/** Safe to repeat; data that is there stays. The record comes last: without it the volume is not there yet. */
export async function storeVolume(setting: ProcessSetting, volume: StoredVolume): Promise<void> {
  const { host } = setting;
  const folder = await volumesFolder(setting);
  const data = await volumeData(setting, volume.name);
  const mode = (await setting.facts()).uid === 0 ? 0o711 : 0o700;
  for (const path of [dirname(folder), folder, dirname(data)])
    if (!(await host.exists(path))) await host.makeDirectory(path, { mode });
  if (!(await host.exists(data))) await host.makeDirectory(data, { mode: 0o700 });
  await host.writeFile(join(dirname(data), recordName), Buffer.from(`${JSON.stringify(volume, null, 2)}\n`), { mode: 0o600 });
}

export async function dropVolume(setting: ProcessSetting, name: string): Promise<void> {
  await setting.host.remove(dirname(await volumeData(setting, name)));
}

export const isOfProject = ({ labels }: StoredVolume, project: string): boolean => labels[label.project] === project;

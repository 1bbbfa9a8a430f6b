// Whom a container's program runs as. Engines before 25 look for a user's name among those of their host; its own files know better.

import { buffer } from 'node:stream/consumers';
import type { ContainerInspect } from '#engine/api/container.ts';
import { refusalOf } from '#engine/engine.ts';
import type { DockerSetting } from '../setting.ts';

type Setting = Pick<DockerSetting, 'engine'>;

export type Owner = { readonly uid: number; readonly gid: number };

/** null: root, or a name that nobody knows. */
export async function userOf(setting: Setting, id: string, signal: AbortSignal): Promise<Owner | null> {
  const { Config } = await setting.engine.json<ContainerInspect>({ path: `/containers/${id}/json`, signal });
  const [user = '', group = ''] = (Config?.User ?? '').split(':');
  if (user === '' || user === '0' || user === 'root') return null;
  const entry = lineOf(await fileIn(setting, id, '/etc/passwd', signal), user);
  const uid = numberOf(user) ?? numberOf(entry?.[2]);
  if (uid === null) return null;
  const byName = group === '' || numberOf(group) !== null ? null : lineOf(await fileIn(setting, id, '/etc/group', signal), group);
  return { uid, gid: numberOf(group) ?? numberOf(byName?.[2]) ?? numberOf(entry?.[3]) ?? 0 };
}

/** By name, or by number. */
function lineOf(text: string, wanted: string): readonly string[] | undefined {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[0] === wanted || fields[2] === wanted);
}

const numberOf = (text: string | undefined): number | null => (text !== undefined && /^\d+$/.test(text) ? Number(text) : null);

/** '' when there is none. */
async function fileIn({ engine }: Setting, id: string, path: string, signal: AbortSignal): Promise<string> {
  try {
    const archive = await buffer(await engine.stream({ path: `/containers/${id}/archive`, query: { path }, signal }));
    const { unpackTar } = await import('modern-tar');
    const [file] = await unpackTar(archive);
    return file?.data === undefined ? '' : Buffer.from(file.data).toString('utf8');
  } catch (error) {
    if (refusalOf(error)?.status === 404) return '';
    throw error;
  }
}

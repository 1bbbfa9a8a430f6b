// Where the process runtime keeps files on its host. What belongs to one user lies in that user's own folders, which nobody else may enter; what
// root keeps for programs of other users lies where they can get to it.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ProcessSetting } from './setting.ts';

type Setting = Pick<ProcessSetting, 'facts' | 'stateDirectory' | 'runtimeDirectory'>;

/** Named volumes: programs of several users may share one. */
export async function volumesFolder(setting: Setting): Promise<string> {
  const base = (await setting.facts()).uid === 0 ? await openBase(setting, '/var/lib/muster') : await setting.stateDirectory();
  return join(base, 'volumes');
}

/** Staged secrets and configs; a secret is as durable as its source. */
export async function stagingFolder(
  setting: Setting,
  { isOwnUser, isDurable }: { readonly isOwnUser: boolean; readonly isDurable: boolean },
): Promise<string> {
  if (!isOwnUser) return join(await openBase(setting, isDurable ? '/var/lib/muster' : '/run/muster-staged'), 'staged');
  return join(isDurable ? await setting.stateDirectory() : await setting.runtimeDirectory(), 'native');
}

/** One for each state directory, so that two of them (a test's, say) don't mix. */
async function openBase({ stateDirectory }: Setting, folder: string): Promise<string> {
  const name = createHash('sha256')
    .update(await stateDirectory())
    .digest('hex')
    .slice(0, 12);
  return join(folder, name);
}

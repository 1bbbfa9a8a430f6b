// Secrets and configs of a replica: files of its own in a folder that nobody but the user it runs as may enter.

import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { MusterError } from '#lib/errors.ts';
import type { Project, Service } from '#model/project.ts';
import type { SourceKey, Sources } from '#model/sources.ts';
import type { Account } from './launch/launch-facts.ts';
import { type StagedFile, stagedFiles } from './launch/places.ts';
import { stagingFolder } from './places-on-host.ts';
import type { ProcessSetting } from './setting.ts';

export const secretsIn = (directory: string): string => join(directory, 'secrets');
export const configsIn = (directory: string): string => join(directory, 'configs');

type Wanting = { readonly project: Project; readonly service: Service; readonly account: Account };

/** A folder that nobody has yet; '' for a service that mounts nothing. */
export async function newDirectory(setting: ProcessSetting, wanting: Wanting): Promise<string> {
  const { project, service, account } = wanting;
  if ((service.secrets ?? []).length + (service.configs ?? []).length === 0) return '';
  const folder = await stagingFolder(setting, { isOwnUser: account.isOwn, isDurable: isDurable(project, service) });
  return join(folder, project.name, randomBytes(8).toString('hex'));
}

/** A staged secret is as durable as its source: what is on no disk stays on none, and takes its neighbours along. */
function isDurable({ secrets, configs }: Project, service: Service): boolean {
  return (
    (service.secrets ?? []).every(({ source }) => secrets[source]?.environment === undefined) &&
    (service.configs ?? []).every(({ source }) => configs[source]?.environment === undefined)
  );
}

export type Staging = Wanting & { readonly name: string; readonly directory: string; readonly sources: Sources };

/** Safe to repeat: files that are there are left alone, unless a reboot took them. */
export async function stageFiles(setting: ProcessSetting, staging: Staging): Promise<void> {
  const { host } = setting;
  const { directory, service, name, account, sources } = staging;
  if (directory === '') return;
  const wanted = stagedFiles(service, {
    own: directory,
    secrets: secretsIn(directory),
    configs: configsIn(directory),
    volumes: {},
  });
  const missing: StagedFile[] = [];
  for (const file of wanted) if (!(await host.exists(file.path))) missing.push(file);
  if (missing.length === 0) return;
  await makeFolders(setting, staging, new Set(missing.map((file) => dirname(file.path))));
  for (const { key, path, mode, uid, gid } of missing) {
    const source = sources.get(key);
    if (source === undefined) throw sourceMissing(key, name, sources);
    const owner = ownerOf(account, uid, gid, name);
    await host.writeFile(path, source.bytes, { mode, ...owner });
  }
}

async function makeFolders(
  { host }: ProcessSetting,
  { directory, account }: Staging,
  folders: ReadonlySet<string>,
): Promise<void> {
  const ofProject = dirname(directory);
  const shared = account.isOwn ? 0o700 : 0o711;
  for (const path of [dirname(dirname(ofProject)), dirname(ofProject), ofProject])
    if (!(await host.exists(path))) await host.makeDirectory(path, { mode: shared });
  for (const path of [directory, ...folders]) {
    await host.makeDirectory(path, { mode: 0o700 });
    if (!account.isOwn) await host.run({ argv: ['chown', `${account.uid}:${account.gid}`, path] });
  }
}

/** Whoever may not give files away can only have them as its own. */
function ownerOf(account: Account, uid: number | null, gid: number | null, service: string): { uid?: number; gid?: number } {
  if (account.isOwn && account.uid !== 0) {
    if ((uid ?? account.uid) === account.uid && (gid ?? account.gid) === account.gid) return {};
    throw new MusterError('UNSUPPORTED', `service ${service} wants a secret or config to belong to ${uid ?? ''}:${gid ?? ''}`, {
      hint: 'only root can give files away: leave uid and gid out, or run it as root (x-muster.host: sudo://)',
    });
  }
  return { uid: uid ?? account.uid, gid: gid ?? account.gid };
}

/** With the replica goes what was staged for it, and the project's folder with the last of them. */
export async function unstage({ host }: ProcessSetting, directory: string): Promise<void> {
  if (directory === '' || !/^[0-9a-f]{16}$/.test(basename(directory))) return;
  await host.remove(directory);
  const ofProject = dirname(directory);
  if ((await host.exists(ofProject)) && (await host.list(ofProject)).length === 0) await host.remove(ofProject);
}

/** Commands that only start what is there bring no sources. */
function sourceMissing(key: SourceKey, user: string, sources: Sources): MusterError {
  const [kind = '', name = ''] = key.split(':');
  return sources.size === 0
    ? new MusterError('SOURCE_MISSING', `${kind} ${name} of ${user} is gone, as after a start of the machine`, {
        hint: 'muster up stages it again',
      })
    : new MusterError('SOURCE_MISSING', `${kind} ${name} of ${user} has no content`, {
        hint: `give it a file, environment or content in the Compose file`,
      });
}

import { MusterError } from '#lib/errors.ts';
import type { Account } from './launch/launch-facts.ts';
import { isOwn } from './launch/refusals.ts';
import type { ProcessSetting } from './setting.ts';

/** Who `user` (`name`, `uid`, `name:group`, `uid:gid`; '' for the agent's own) is on the host. */
export async function accountOf(setting: ProcessSetting, user: string, service: string): Promise<Account> {
  const { uid, gid, user: name, home } = await setting.facts();
  if (isOwn(user, { uid, user: name })) return { isOwn: true, name, uid, gid, home };
  const [wanted = '', group = ''] = user.split(':');
  const entry = await lookUp(setting, 'passwd', wanted);
  // A number needs no entry, as in a container.
  if (entry === null && !/^\d+$/.test(wanted)) throw unknown(setting, service, 'user', wanted);
  const [, , ownUid = wanted, ownGid = wanted, , ownHome = '/'] = entry ?? [];
  return {
    isOwn: false,
    name: entry?.[0] ?? wanted,
    uid: Number(ownUid),
    gid: group === '' ? Number(ownGid) : await gidOf(setting, group, service),
    home: ownHome,
  };
}

async function gidOf(setting: ProcessSetting, group: string, service: string): Promise<number> {
  if (/^\d+$/.test(group)) return Number(group);
  const entry = await lookUp(setting, 'group', group);
  if (entry === null) throw unknown(setting, service, 'group', group);
  return Number(entry[2]);
}

async function lookUp({ host }: ProcessSetting, table: 'passwd' | 'group', name: string): Promise<string[] | null> {
  const { exitCode, stdout } = await host.run({ argv: ['getent', table, name] });
  return exitCode === 0 ? (stdout.toString('utf8').split('\n')[0] ?? '').split(':') : null;
}

function unknown({ host }: ProcessSetting, service: string, what: 'user' | 'group', name: string): MusterError {
  const where = host.location === 'local' ? 'this machine' : host.location;
  return new MusterError('USER_UNKNOWN', `service ${service}: ${where} has no ${what} ${name}`, {
    hint: `make it there, or name another ${what}`,
  });
}

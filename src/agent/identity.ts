// Who a service runs as: names looked up as setpriv's users need them, numbers.

import { readFileSync } from 'node:fs';
import { MusterError } from '#lib/errors.ts';

export type Identity = {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string | null;
};

/** The agent's own. */
export type Own = { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };

type Files = { readonly passwd: string; readonly group: string };

/** As `user` has it in a launch spec, with the groups that it is in besides. */
export type Wanted = { readonly user: string; readonly groups?: readonly string[] | undefined };

/** null: as the agent itself. Throws USER_UNKNOWN. */
export function identityOf({ user, groups: added = [] }: Wanted, own: Own, read: () => Files = readFiles): Identity | null {
  if (added.length === 0) return accountOf(user, own, read);
  if (own.uid !== 0)
    throw new MusterError('USER_UNKNOWN', `only root may start a service with further groups (${added.join(', ')})`, {
      hint: 'leave "group_add" out, or run muster as root',
    });
  const account = accountOf(user, own, read) ?? { ...own, home: null };
  const rowsOfGroups = rows(read().group);
  const numbers = added.map((name) => groupNumber(rowsOfGroups, name, `"group_add" names ${name}`));
  return { ...account, groups: [...new Set([...account.groups, ...numbers])] };
}

function accountOf(user: string, { uid: ownUid }: Own, read: () => Files): Identity | null {
  if (user === '') return null;
  const [name = '', groupName] = user.split(':');
  const { passwd, group } = read();
  const accounts = rows(passwd);
  const groups = rows(group);
  const account = accounts.find((row) => row[0] === name) ?? accounts.find((row) => row[2] === name);
  const uid = account === undefined ? numeric(name) : Number(account[2]);
  if (uid === null)
    throw new MusterError('USER_UNKNOWN', `there is no user "${name}" on this machine`, { hint: hintFor(says(user)) });
  if (groupName === undefined && uid === ownUid) return null;
  if (ownUid !== 0 && uid !== ownUid)
    throw new MusterError('USER_UNKNOWN', `only root may start a service as another user ("${user}")`, {
      hint: 'leave "user" out, or run muster as root',
    });
  const gid = groupName === undefined ? Number(account?.[3] ?? uid) : groupNumber(groups, groupName, says(user));
  return {
    uid,
    gid,
    groups: account === undefined ? [] : memberships(groups, account[0] as string, gid),
    home: account?.[5] ?? null,
  };
}

function groupNumber(groups: readonly string[][], name: string, said: string): number {
  const found = groups.find((row) => row[0] === name);
  const gid = found === undefined ? numeric(name) : Number(found[2]);
  if (gid === null) throw new MusterError('USER_UNKNOWN', `there is no group "${name}" on this machine`, { hint: hintFor(said) });
  return gid;
}

function memberships(groups: readonly string[][], name: string, gid: number): number[] {
  const others = groups.filter((row) => (row[3] ?? '').split(',').includes(name)).map((row) => Number(row[2]));
  return [...new Set([gid, ...others])];
}

const says = (user: string): string => `the service says user: "${user}"`;
const hintFor = (said: string): string => `${said}; a native service needs one of this machine's`;

export const ownIdentity = (uid: number): Own => ({
  uid,
  gid: process.getgid?.() ?? uid,
  groups: process.getgroups?.() ?? [],
});

const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(':'));
const numeric = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);

function readFiles(): Files {
  return { passwd: readFileSync('/etc/passwd', 'utf8'), group: readFileSync('/etc/group', 'utf8') };
}

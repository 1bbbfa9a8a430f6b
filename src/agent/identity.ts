// Who a service runs as: names looked up as setpriv's users need them, numbers.

import { readFileSync } from 'node:fs';
import { MusterError } from '#lib/errors.ts';

export type Identity = {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string | null;
};

type Files = { readonly passwd: string; readonly group: string };

/** null: as the agent itself. Throws USER_UNKNOWN. */
export function identityOf(user: string, ownUid: number, read: () => Files = readFiles): Identity | null {
  if (user === '') return null;
  const [name = '', groupName] = user.split(':');
  const { passwd, group } = read();
  const accounts = rows(passwd);
  const groups = rows(group);
  const account = accounts.find((row) => row[0] === name) ?? accounts.find((row) => row[2] === name);
  const uid = account === undefined ? numeric(name) : Number(account[2]);
  if (uid === null) throw new MusterError('USER_UNKNOWN', `there is no user "${name}" on this machine`, { hint: hintFor(user) });
  if (groupName === undefined && uid === ownUid) return null;
  if (ownUid !== 0 && uid !== ownUid)
    throw new MusterError('USER_UNKNOWN', `only root may start a service as another user ("${user}")`, {
      hint: 'leave "user" out, or run muster as root',
    });
  const gid = groupName === undefined ? Number(account?.[3] ?? uid) : groupNumber(groups, groupName, user);
  return {
    uid,
    gid,
    groups: account === undefined ? [] : memberships(groups, account[0] as string, gid),
    home: account?.[5] ?? null,
  };
}

function groupNumber(groups: readonly string[][], name: string, user: string): number {
  const found = groups.find((row) => row[0] === name);
  const gid = found === undefined ? numeric(name) : Number(found[2]);
  if (gid === null) throw new MusterError('USER_UNKNOWN', `there is no group "${name}" on this machine`, { hint: hintFor(user) });
  return gid;
}

function memberships(groups: readonly string[][], name: string, gid: number): number[] {
  const others = groups.filter((row) => (row[3] ?? '').split(',').includes(name)).map((row) => Number(row[2]));
  return [...new Set([gid, ...others])];
}

const hintFor = (user: string): string => `the service says user: "${user}"; a native service needs one of this machine's`;
const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(':'));
const numeric = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);

function readFiles(): Files {
  return { passwd: readFileSync('/etc/passwd', 'utf8'), group: readFileSync('/etc/group', 'utf8') };
}

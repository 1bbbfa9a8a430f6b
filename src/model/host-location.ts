// Where a host is, as text: hops from here outward with commas between, `ssh://bastion,ssh://deploy@db1:2222,sudo://`. Pure.

import { MusterError } from '#lib/errors.ts';

export type Hop =
  /** '' and 0: whatever the SSH configuration says. */
  | { readonly kind: 'ssh'; readonly user: string; readonly host: string; readonly port: number }
  /** '' for root. */
  | { readonly kind: 'sudo'; readonly user: string };

const hint = 'write local, ssh://user@host:port, sudo://, or several from here outward: ssh://bastion,ssh://db1,sudo://';

export const localHostName = 'local';

/** No hops: this machine. */
export function parseLocation(text: string): readonly Hop[] {
  if (text === localHostName) return [];
  return text.split(',').map((part) => parseHop(part, text));
}

/** Parses back to the same hops. */
export function formatLocation(hops: readonly Hop[]): string {
  return hops.length === 0 ? localHostName : hops.map(formatHop).join(',');
}

/**
 * The one way to write what a text says, so that all who compare locations agree; a text that is no location stays as it is. A port is kept even
 * when it is 22, and a host as it is spelt: without the port, or in another case, the SSH configuration may say something else.
 */
export function normalLocation(text: string): string {
  if (text === localHostName) return text;
  try {
    return formatLocation(parseLocation(text));
  } catch {
    return text;
  }
}

function parseHop(part: string, text: string): Hop {
  const refuse = (why: string, advice = hint): MusterError =>
    new MusterError('HOST_ADDRESS', `"${withoutPassword(text)}" is no host: ${why}`, { hint: advice });

  const match = /^(\w+):\/\/(?:([^@/]*)@)?([^@/?#]*)\/?$/.exec(part);
  if (match === null) {
    if (part.trim() === '') throw refuse('there is nothing between its commas');
    if (/^ssh:\/\/.*[/?#]/i.test(part)) throw refuse('a host has no path', 'leave out what follows the host and its port');
    throw refuse(`"${withoutPassword(part)}" is not understood`);
  }
  const [, kind = '', login, rest = ''] = match;
  switch (kind.toLowerCase()) {
    case 'sudo': {
      if (login !== undefined) throw refuse('sudo:// takes a user and no host', 'write sudo://postgres for the user postgres');
      const user = checkedUser(decode(rest), refuse);
      return { kind: 'sudo', user: user === 'root' ? '' : user };
    }
    case 'ssh': {
      if (login?.includes(':')) throw refuse('it contains a password', 'use an SSH key or agent and leave the password out');
      if (login === '') throw refuse('there is no user before the @');
      const { host, port } = hostAndPort(rest, refuse);
      return { kind: 'ssh', user: checkedUser(decode(login ?? ''), refuse), host, port };
    }
    default:
      throw refuse(`there is no kind of host called "${kind}"`);
  }
}

function hostAndPort(text: string, refuse: (why: string) => MusterError): { host: string; port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  if (match === null || host === '') throw refuse(text === '' ? 'it names no host' : `"${text}" is no name or address of a host`);
  // Behind `--` it would be no option of ssh; a ProxyCommand in somebody's configuration has no such guard.
  if (host.startsWith('-')) throw refuse('a host does not begin with a dash');
  const port = Number(match[3] ?? 0);
  if (port > 65_535 || (match[3] !== undefined && port === 0)) throw refuse(`there is no port ${match[3]}`);
  return { host, port };
}

/** What OpenSSH 9.6 refuses too: a user name can end up in a ProxyCommand or a `Match exec` (CVE-2023-51385). */
function checkedUser(user: string, refuse: (why: string) => MusterError): string {
  // eslint-disable-next-line no-control-regex
  if (/^-|[\s\u0000-\u001f\u007f'"`$;&<>|(){}#,:/%]|\\$/.test(user) || !user.isWellFormed())
    throw refuse(`"${user}" is no name of a user`);
  return user;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function formatHop(hop: Hop): string {
  if (hop.kind === 'sudo') return `sudo://${encodeUser(hop.user)}`;
  const host = hop.host.includes(':') ? `[${hop.host}]` : hop.host;
  return `ssh://${hop.user && `${encodeUser(hop.user)}@`}${host}${hop.port ? `:${hop.port}` : ''}`;
}

const encodeUser = (user: string): string => encodeURIComponent(user);

const withoutPassword = (text: string): string => text.replace(/:[^:@/,]*@/g, ':***@');

// A connection as seen from the far side, through the shared SSH connection: ssh listens on a private socket here and forwards it.

import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { MusterError } from '#lib/errors.ts';
import { errnoOf } from './shell/errno.ts';
import type { ConnectTarget, Host } from './host.ts';
import { JoinedStream } from './joined-stream.ts';
import type { Master, SshConnection } from './ssh-connection.ts';

/** Sockets that are forwarded already, by what they lead to; they go with the connection. */
const forwarded = new WeakMap<Master, Map<string, Promise<string>>>();

export type ForwardSetting = {
  /** Where ssh runs. */
  readonly outer: Host;
  readonly connection: SshConnection;
  /** Where it leads. */
  readonly far: Pick<Host, 'run'>;
  readonly location: string;
};

/** A connection that was lost is made again: until ssh takes ours, nothing has been sent. */
export async function forwardedConnection(setting: ForwardSetting, target: ConnectTarget): Promise<Duplex> {
  const { connection } = setting;
  const spec = specOf(target, setting.location);
  const master = await connection.master();
  const near = await nearEnd(setting, master, spec).catch(async (error: unknown) => {
    // ssh listens as long as it is connected.
    if (!(await connection.isOver(master))) throw error;
    return nearEnd(setting, await connection.master(), spec);
  });
  // ssh takes a connection before the far side has; when that refuses, it closes ours and says why on the shared connection.
  const earlyEnd = async (): Promise<Error | null> => {
    const said = await refusalSoon(connection);
    return said === null ? null : refusalError(said, setting, target);
  };
  return new JoinedStream(near, near, { earlyEnd, release: () => near.destroy() });
}

async function nearEnd({ outer, connection, location }: ForwardSetting, master: Master, spec: string): Promise<Duplex> {
  const sockets = forwarded.get(master) ?? new Map<string, Promise<string>>();
  forwarded.set(master, sockets);
  let socket = sockets.get(spec);
  if (socket === undefined) {
    socket = forward(connection, master, spec, location);
    sockets.set(spec, socket);
    socket.catch(() => sockets.delete(spec));
  }
  return outer.connect({ unix: await socket });
}

async function forward(connection: SshConnection, master: Master, spec: string, location: string): Promise<string> {
  const socket = master.socket.replace(/c$/, `f${randomBytes(4).toString('hex')}`);
  const refused = await connection.control(master, ['-O', 'forward', '-L', `${socket}:${spec}`]);
  if (refused === null) return socket;
  throw new MusterError('HOST_LOST', `ssh would not forward a connection to ${location}: ${refused.trim()}`, {
    hint: 'run the command again',
  });
}

/** In the language of -L: a backslash keeps a colon, %% is a percent sign; `${` would be a variable of the environment. */
function specOf(target: ConnectTarget, location: string): string {
  if (!('unix' in target)) return `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  if (!target.unix.startsWith('/') || target.unix.includes('${') || !target.unix.isWellFormed())
    throw new MusterError('UNSUPPORTED', `ssh can't forward to the socket "${target.unix}" on ${location}`, {
      hint: 'use an absolute path without ${',
    });
  return target.unix.replaceAll('%', '%%').replace(/[\\:]/g, '\\$&');
}

/** ssh says it at once, over another pipe, which on a busy machine takes its time. */
async function refusalSoon({ refusals }: SshConnection): Promise<string | null> {
  for (let waited = 0; waited < 400 && refusals.length === 0; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return refusals.shift() ?? null;
}

async function refusalError(said: string, { far, location }: ForwardSetting, target: ConnectTarget): Promise<Error> {
  const why = said.replace(/^.*open failed: /, '').trim();
  if (/administratively prohibited/i.test(why))
    return new MusterError('HOST_PERMISSION', `the SSH server of ${location} forwards no connections: ${why}`, {
      hint: 'allow AllowTcpForwarding and AllowStreamLocalForwarding for this user in its sshd_config',
    });
  // Of a unix socket sshd does not say what was wrong.
  const code = 'unix' in target ? await whatIsWrong(far, target.unix) : (errnoOf(why) ?? 'ECONNREFUSED');
  return Object.assign(
    new Error(`${code}: connect ${'unix' in target ? target.unix : `${target.host}:${target.port}`}: ${why}`),
    { code },
  );
}

async function whatIsWrong(far: ForwardSetting['far'], path: string): Promise<string> {
  const script = '[ -w "$1" ] && exit 0; [ -e "$1" ] && exit 3; ls -d "$1" 2>&1';
  const { exitCode, stdout } = await far.run({ argv: ['/bin/sh', '-c', script, 'muster', path] });
  if (exitCode === 0) return 'ECONNREFUSED';
  return exitCode === 3 ? 'EACCES' : (errnoOf(stdout.toString()) ?? 'ENOENT');
}

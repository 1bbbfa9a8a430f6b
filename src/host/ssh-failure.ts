// What ssh says when it doesn't get there, in words for the person who has to do something about it.

import { MusterError } from '#lib/errors.ts';
import type { ProcessEnd } from './host.ts';
import type { NotStarted } from './shell/reach.ts';

export type SshTarget = {
  readonly hop: { readonly user: string; readonly host: string; readonly port: number };
  readonly location: string;
};

export function explainSsh(
  said: string,
  end: ProcessEnd,
  { alone, ...target }: SshTarget & { readonly alone: boolean },
): NotStarted {
  const error = sshFailure(said, end, target);
  // The connection has all the sessions that its server allows. ssh says so before it has sent anything.
  if (/session open refused by peer/i.test(said)) return { kind: 'again', alone: true, error };
  // The shared connection went between our look at it and its use.
  if (/control socket connect\(/i.test(said)) return { kind: 'again', alone: false, error };
  // 255 is ssh's own; of a connection that was up it means that it went, with or after what we had sent.
  const wasUp = !alone || !/host key|permission denied|authentication|resolve hostname|connect to|kex_|banner/i.test(said);
  if (wasUp && (end.exitCode === 255 || end.signal !== null)) return { kind: 'error', error: lostWhileStarting(target.location) };
  return { kind: 'error', error };
}

function lostWhileStarting(location: string): MusterError {
  return new MusterError(
    'HOST_LOST',
    `the connection to ${location} was lost while a command was started; whether it ran is not known`,
    {
      hint: 'see to the connection, look at what is there, then run the command again',
    },
  );
}

export function sshFailure(said: string, { exitCode, signal }: ProcessEnd, { hop, location }: SshTarget): MusterError {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const words =
    lines.findLast((line) => !/^(Connection (closed|reset)|kex_exchange)/.test(line)) ??
    lines.at(-1) ??
    `ssh ended by ${signal ?? `code ${exitCode}`}`;
  const byHand = `ssh ${hop.port === 0 ? '' : `-p ${hop.port} `}${hop.user && `${hop.user}@`}${hop.host}`;
  const scan = `ssh-keyscan ${hop.port === 0 ? '' : `-p ${hop.port} `}${hop.host}`;

  if (/remote host identification has changed/i.test(said))
    return new MusterError('HOST_KEY', `the key of ${location} is not the one that ssh knows`, {
      hint: `find out why before you go on: somebody may be in between. If the host was installed anew: ssh-keygen -R ${knownAs(hop)}, then ${byHand}`,
    });
  if (/host key verification failed|no .*host key is known/i.test(said))
    return new MusterError('HOST_KEY', `ssh does not know the key of ${location}`, {
      hint: `connect once by hand and compare the fingerprint: ${byHand}; or add a line that you trust to ~/.ssh/known_hosts (${scan})`,
    });
  if (/permission denied|too many authentication failures/i.test(said))
    return new MusterError('HOST_PERMISSION', `ssh was not let in to ${location}: ${words}`, {
      hint: `see whether this works without being asked for anything: ${byHand} true; ssh-add loads a key with a passphrase`,
    });
  return new MusterError('HOST_UNREACHABLE', `no connection to ${location}: ${words}`, {
    hint: `try it by hand: ${byHand} true`,
  });
}

/** As known_hosts writes a host with a port of its own. */
const knownAs = ({ host, port }: SshTarget['hop']): string => (port === 0 || port === 22 ? host : `'[${host}]:${port}'`);

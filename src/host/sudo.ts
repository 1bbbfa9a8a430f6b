// Under sudo, on whatever host is before it. Without a terminal it never asks; with one it asks once and keeps the answer in memory.

import { randomBytes } from 'node:crypto';
import { untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { Host, HostProcess, ProcessEnd } from './host.ts';
import { formatLocation, parseLocation } from '#model/host-location.ts';
import type { Reach } from './shell/reach.ts';
import { shellHost } from './shell/shell-host.ts';
import { bootProgram } from './shell/words.ts';

export type SudoOptions = {
  /** '' for root. */
  readonly user: string;
  /** Asks a person, who must not see what they type; left out: nobody is there to ask. */
  readonly ask?: (question: string) => Promise<string>;
};

export function sudoHost(outer: Host, { user, ask }: SudoOptions): Host {
  const location = formatLocation([...parseLocation(outer.location), { kind: 'sudo', user }]);
  const who = ['-H', '-u', user || 'root'];
  const shell = ['--', '/bin/sh', '-c'];
  let password: Promise<string> | null = null;

  async function start(signal?: AbortSignal): Promise<HostProcess> {
    if (password === null) return outer.spawn({ argv: ['sudo', '-n', ...who, ...shell, bootProgram] });
    return startWithPassword(await untilAborted(password, signal));
  }

  /**
   * -k: sudo asks whatever it remembers, so that the password is read by sudo and by nobody after it. It is written only once sudo has
   * asked for it in words that nobody else knows, and the command only once the shell is there.
   */
  async function startWithPassword(secret: string): Promise<HostProcess> {
    const [prompt, ready] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
    const argv = ['sudo', '-k', '-S', '-p', prompt, ...who, ...shell, `echo ${ready} >&2; ${bootProgram}`] as const;
    const process = await outer.spawn({ argv: [...argv] });
    const answer = await expectEither(process, prompt, ready);
    if (answer === 'prompt') {
      process.stdin.write(`${secret}\n`);
      if ((await expectEither(process, prompt, ready)) === 'prompt') {
        process.kill('SIGKILL');
        password = null;
        throw wrongPassword(location);
      }
    }
    return process;
  }

  async function askOnce(): Promise<string> {
    const { user: own } = await outer.facts();
    return (ask as NonNullable<typeof ask>)(`[sudo] password for ${own} on ${outer.location}: `);
  }

  const reach: Reach = {
    location,
    start: ({ signal }) => start(signal),
    explain(said, end) {
      const reason = explainSudo(said, end, location, user);
      const canAsk = ask !== undefined && password === null && needsPassword.test(said);
      if (!canAsk) return { kind: 'error', error: reason };
      password = askOnce();
      return { kind: 'again', alone: false, error: reason };
    },
    close: () => outer.close(),
  };
  return shellHost(reach);
}

const needsPassword = /a password is required|a terminal is required|no tty present|must have a tty/i;

function explainSudo(said: string, { exitCode }: ProcessEnd, location: string, user: string): MusterError {
  const words = said.trim().split('\n').at(-1)?.trim() || `it ended with code ${exitCode ?? 'none'}`;
  if (needsPassword.test(said))
    return new MusterError('HOST_PERMISSION', `sudo would ask for a password (${location})`, {
      hint: `let it do without, by a file in /etc/sudoers.d there: YOU ALL=(${user || 'root'}) NOPASSWD: ALL; or run muster in a terminal`,
    });
  if (/not in the sudoers|not allowed to|may not run/i.test(said))
    return new MusterError('HOST_PERMISSION', `sudo does not allow it (${location}): ${words}`, {
      hint: `allow it by a file in /etc/sudoers.d there: YOU ALL=(${user || 'root'}) NOPASSWD: ALL`,
    });
  if (/unknown user|unknown uid/i.test(said))
    return new MusterError('HOST_ADDRESS', `there is no user "${user}" (${location})`, { hint: 'check the user in sudo://USER' });
  return new MusterError('HOST_UNREACHABLE', `sudo did not start a command (${location}): ${words}`, {
    hint: 'try it by hand there: sudo -n true',
  });
}

function wrongPassword(location: string): MusterError {
  return new MusterError('HOST_PERMISSION', `sudo did not accept the password (${location})`, { hint: 'run the command again' });
}

/** Which of the two words stderr says first; both are taken out of it. Anything else that sudo says stays. */
function expectEither(process: HostProcess, prompt: string, ready: string): Promise<'prompt' | 'ready' | 'end'> {
  const stderr = process.stderr as import('node:stream').Readable;
  return new Promise((resolve) => {
    let said = Buffer.alloc(0);
    const look = (): void => {
      for (let chunk = stderr.read() as Buffer | null; chunk !== null; chunk = stderr.read() as Buffer | null) {
        said = Buffer.concat([said, chunk]);
        for (const [word, found] of [
          [ready, 'ready'],
          [prompt, 'prompt'],
        ] as const) {
          const at = said.indexOf(word);
          if (at === -1) continue;
          finish(found, Buffer.concat([said.subarray(0, at), said.subarray(at + word.length)]));
          return;
        }
      }
    };
    const end = (): void => finish('end', said);
    const finish = (found: 'prompt' | 'ready' | 'end', rest: Buffer): void => {
      stderr.off('readable', look).off('end', end);
      if (rest.length > 0 && !stderr.readableEnded) stderr.unshift(rest);
      resolve(found);
    };
    stderr.on('readable', look).once('end', end);
  });
}

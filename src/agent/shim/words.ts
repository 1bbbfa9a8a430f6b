// The words that start a service: standard programs that give it a session, limits, priority and user, then its own.

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { MusterError } from '#lib/errors.ts';
import type { LaunchSpec } from '#api/agent/contract.ts';
import { ulimitNames } from '#model/ulimit-names.ts';
import type { Identity } from '../identity.ts';
import { standardProgram } from './standard-program.ts';

export type Bearing = Pick<LaunchSpec, 'ulimits' | 'nice'> & {
  readonly identity: Identity | null;
  readonly hosts: OwnHosts | null;
};

/** `file` is what it sees as /etc/hosts; `shell` runs two commands with its environment and loses nothing of that. */
export type OwnHosts = { readonly file: string; readonly shell: readonly string[] };

/** setsid first: its session is the service's, whatever comes between. Each program replaces itself by the next. */
export function serviceWords(argv: readonly string[], bearing: Bearing): string[] {
  return [standardProgram('setsid'), '--', ...bearingWords(bearing), ...argv];
}

/**
 * The same for a shim that a shell forked with `&`: that makes SIGINT and SIGQUIT ignored, and no shell may undo it. First of all, so that it is done
 * when the service leads its group and may be sent signals. null: env(1) can't either, which it has learned with coreutils 8.31.
 */
export function heedingInterrupts(words: readonly string[], environment: Readonly<Record<string, string>>): Heeding | null {
  if (!canResetSignals()) return null;
  const { LC_ALL: locale } = environment;
  const given = locale === undefined ? ['-u', 'LC_ALL', '--'] : ['--', `LC_ALL=${locale}`];
  return { words: [standardProgram('env'), resetSignals, ...given, ...words], variables: ['LC_ALL=C'] };
}

/** `variables`: what env(1) itself runs with, so that it loads no locale, which takes a third of its time. */
type Heeding = { readonly words: readonly string[]; readonly variables: readonly string[] };

const resetSignals = '--default-signal=INT,QUIT';

let isAble: boolean | null = null;

function canResetSignals(): boolean {
  isAble ??= spawnSync(standardProgram('env'), [resetSignals, '--', 'true'], { stdio: 'ignore' }).status === 0;
  return isAble;
}

/** In a terminal, script(1) has made the session. */
export function bearingWords({ ulimits = [], nice = 0, identity, hosts }: Bearing): string[] {
  return [
    ...(hosts === null ? [] : hostsWords(hosts)),
    ...(ulimits.length === 0 ? [] : [standardProgram('prlimit'), ...ulimits.map(limitFlag), '--']),
    ...(nice === 0 ? [] : [standardProgram('nice'), '-n', String(nice), '--']),
    ...(identity === null ? [] : [standardProgram('setpriv'), ...identityFlags(identity), '--']),
  ];
}

/** First of all, as long as it is root. Later mounts of the machine are seen, those of the service stay its own. */
function hostsWords({ file, shell }: OwnHosts): string[] {
  const words = [standardProgram('unshare'), '--mount', '--propagation', 'slave', '--', ...shell];
  return [
    ...words,
    '-c',
    '"$1" --bind "$2" /etc/hosts || exit 126; shift 2; exec "$@"',
    'muster',
    standardProgram('mount'),
    file,
  ];
}

export type InTerminal = { readonly words: readonly string[]; readonly environment: Readonly<Record<string, string>> };

type TerminalRun = { readonly script: string; readonly environment: Readonly<Record<string, string>>; readonly shell: string };

/** The same words, run by script(1) inside a terminal of its own. */
export function inTerminal(words: readonly string[], { script, environment, shell }: TerminalRun): InTerminal {
  const { SHELL: ownShell, ...rest } = environment;
  return {
    words: [standardProgram('script'), '-q', '-e', '-f', '-E', 'always', '-c', 'exec "$SHELL" "$MUSTER_TERMINAL"', '/dev/null'],
    environment: {
      ...rest,
      ...Object.fromEntries(words.map((word, at) => [`MUSTER_WORD_${at}`, word])),
      MUSTER_WORDS: String(words.length),
      MUSTER_TERMINAL: script,
      SHELL: shell,
      ...(ownShell === undefined ? {} : { MUSTER_SHELL: ownShell }),
    },
  };
}

type NamedLimit = { readonly name: string; readonly soft: number; readonly hard: number };

function limitFlag({ name, soft, hard }: NamedLimit): string {
  if (!ulimitNames.has(name)) throw new MusterError('UNSUPPORTED', `there is no resource limit "${name}" for native services`);
  return `--${name}=${limitValue(soft)}:${limitValue(hard)}`;
}

const limitValue = (value: number): string => (value === -1 ? 'unlimited' : String(value));

function identityFlags({ uid, gid, groups }: Identity): string[] {
  return [`--reuid=${uid}`, `--regid=${gid}`, groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`];
}

export const plainShell = '/bin/sh';

/** sh, unless a name in the environment is one that it would drop. `-p` keeps bash from reading functions and files named there. */
export function shellFor(environment: Readonly<Record<string, string>>): readonly [string, ...string[]] {
  const odd = Object.keys(environment).find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (odd === undefined) return [plainShell];
  try {
    accessSync('/bin/bash', constants.X_OK);
    return ['/bin/bash', '-p'];
  } catch {
    throw new MusterError('UNSUPPORTED', `the environment variable "${odd}" has a name that sh can't pass on`, {
      hint: 'install bash, which can, or rename the variable',
    });
  }
}

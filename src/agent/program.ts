// Finding and starting programs as a replica's user, with its environment, in its directory.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LaunchSpec } from '#api/agent/contract.ts';
import { MusterError } from '#lib/errors.ts';
import { identityOf, ownIdentity } from './identity.ts';
import { markerName } from './leftovers.ts';
import type { Setting } from './setting.ts';
import { isProgram } from './shim/standard-program.ts';
import { bearingWords, inTerminal, shellFor } from './shim/words.ts';
import type { Bearing } from './shim/words.ts';

/** `hostsFile`: the one that it sees; null for the machine's. */
export function bearingOf(
  { ulimits, nice, user, groups, environment }: LaunchSpec,
  uid: number,
  hostsFile: string | null,
): Bearing {
  const hosts = hostsFile === null ? null : { file: hostsFile, shell: shellFor(environment) };
  return { ulimits, nice, identity: identityOf({ user, groups }, ownIdentity(uid)), hosts };
}

export function markedEnvironment(id: string, environment: Readonly<Record<string, string>>): Record<string, string> {
  return { ...environment, [markerName]: id };
}

/** Throws SOURCE_MISSING when a reboot has taken what was on no disk: started without, a program would only end again and again. */
export function checkFiles({ ownFolder }: LaunchSpec): void {
  if (ownFolder === undefined || isFolder(ownFolder)) return;
  throw new MusterError('SOURCE_MISSING', `its secrets and configs are gone, as after a start of the machine`, {
    hint: 'muster up stages them again and starts it',
  });
}

type Wanted = Pick<LaunchSpec, 'argv' | 'workingDir' | 'environment'>;

/** Throws PROGRAM_NOT_FOUND, before anything was started: a shell's 126 or 127 says less. */
export function checkProgram({ argv, workingDir, environment }: Wanted): void {
  if (!isFolder(workingDir))
    throw new MusterError('PROGRAM_NOT_FOUND', `there is no directory ${workingDir} to work in`, {
      hint: 'make it, or set working_dir to one that is there',
    });
  const [program] = argv;
  // execvp(3)'s own when PATH is not set.
  const folders = (environment['PATH'] ?? '/bin:/usr/bin').split(':');
  const places = program.includes('/')
    ? [resolve(workingDir, program)]
    : folders.map((folder) => resolve(workingDir, folder, program));
  if (places.some((path) => isProgram(path) && !isFolder(path))) return;
  const [file] = program === '' ? [] : places.filter((path) => existsSync(path));
  throw file === undefined ? notThere(program, folders) : notExecutable(file);
}

function notThere(program: string, folders: readonly string[]): MusterError {
  return new MusterError('PROGRAM_NOT_FOUND', `there is no program "${program}"`, {
    hint: program.includes('/') ? 'is the path right?' : `it was looked for in ${[...new Set(folders)].join(', ')}`,
  });
}

function notExecutable(path: string): MusterError {
  return isFolder(path)
    ? new MusterError('PROGRAM_NOT_FOUND', `${path} is a directory, no program`, { hint: 'name the program in it' })
    : new MusterError('PROGRAM_NOT_FOUND', `${path} is not executable`, { hint: `make it so: chmod +x "${path}"` });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

type Beside = {
  readonly id: string;
  readonly spec: LaunchSpec;
  readonly hostsFile: string | null;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly output: 'pipe' | 'ignore';
};

/** A program beside a replica, in a session of its own; its streams are the agent's. */
export function spawnBeside({ id, spec, hostsFile, tty, stdin, output }: Beside, setting: Setting): ChildProcess {
  checkProgram(spec);
  const words = [...bearingWords(bearingOf(spec, setting.uid, hostsFile)), ...spec.argv];
  const environment = markedEnvironment(id, spec.environment);
  const run = tty
    ? inTerminal(words, { script: setting.scripts.terminal, environment, shell: '/bin/sh' })
    : { words, environment };
  const [program, ...args] = run.words;
  // There is at least the program.
  return spawn(program as string, args, {
    cwd: spec.workingDir,
    env: run.environment,
    detached: true,
    stdio: [stdin || tty ? 'pipe' : 'ignore', output, output],
  });
}

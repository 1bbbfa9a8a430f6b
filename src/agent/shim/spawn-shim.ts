// Starts the shim of one run; it starts the service.

import { type ChildProcess, spawn } from 'node:child_process';
import type { LaunchSpec } from '#api/agent/contract.ts';
import { markedEnvironment } from '../program.ts';
import type { ReplicaFolder } from '../replica-folder.ts';
import type { Setting } from '../setting.ts';
import { inTerminal } from './words.ts';

export type ShimRun = {
  readonly id: string;
  readonly spec: LaunchSpec;
  readonly folder: ReplicaFolder;
  /** Counts from 1. */
  readonly run: number;
  /** The service, with what puts it into its place. */
  readonly words: readonly string[];
  /** What runs the shim: a program and its flags. */
  readonly shell: readonly string[];
  /** Files of control groups to join. */
  readonly join: readonly string[];
};

const usualUmask = 0o022;

/** It outlives the agent. */
export function spawnShim({ id, spec, folder, run, words, shell, join }: ShimRun, setting: Setting): ChildProcess {
  const { root, notices, scripts } = setting;
  const isHeld = spec.tty || (spec.openStdin && spec.stdinOnce !== true);
  const marked = markedEnvironment(id, spec.environment);
  const [program = '', ...flags] = shell;
  const started = spec.tty
    ? inTerminal(words.slice(2), {
        script: scripts.terminal,
        environment: { ...marked, MUSTER_RUN_FILE: folder.runFile(run), MUSTER_RUN: String(run), MUSTER_NOTICES: notices },
        shell: program,
      })
    : { words, environment: marked };
  // In the order of the shim's own list (scripts.ts).
  const head = [
    root,
    id,
    String(run),
    notices,
    spec.openStdin || spec.tty ? folder.input : '/dev/null',
    isHeld ? '1' : '',
    spec.tty ? '1' : '',
    (spec.umask ?? usualUmask).toString(8),
    String(join.length),
    ...join,
  ];
  const shim = spawn(program, [...flags, scripts.shim, ...head, ...started.words], {
    cwd: spec.workingDir,
    env: started.environment,
    detached: true,
    stdio: 'ignore',
  });
  shim.unref();
  return shim;
}

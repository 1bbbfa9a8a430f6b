// Starts the shim of one run; it starts the service, and outlives the agent.

import { type ChildProcess, spawn } from 'node:child_process';
import type { LaunchSpec } from '#api/agent/contract.ts';
import { markedEnvironment } from '../program.ts';
import type { ReplicaFolder } from '../replica-folder.ts';
import type { Setting } from '../setting.ts';
import { heedingInterrupts, inTerminal, plainShell } from './words.ts';

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

/** null: forked by the launcher; otherwise a process of its own, whose trouble with starting at all only it tells. */
export function startShim(run: ShimRun, setting: Setting): ChildProcess | null {
  const forked = run.spec.tty || run.shell.join(' ') !== plainShell ? null : launcherWords(run, setting);
  if (forked === null) return spawnShim(run, setting);
  setting.launcher.start(forked);
  return null;
}

/** null: there is something that lines of text can't carry, or that means something to a shell. */
function launcherWords(run: ShimRun, setting: Setting): string[] | null {
  const wanted = markedEnvironment(run.id, run.spec.environment);
  if (Object.keys(wanted).some((name) => ofShell.test(name))) return null;
  const own = heedingInterrupts(run.words, wanted);
  if (own === null) return null;
  const { environment } = setting.launcher;
  const taken = Object.keys(environment).filter((name) => !Object.hasOwn(wanted, name));
  const given = Object.entries(wanted).filter(([name, value]) => environment[name] !== value);
  const variables = [...taken, ...given.map(([name, value]) => `${name}=${value}`), ...own.variables];
  const words = [...headOf(run), run.spec.workingDir, ...listed(run.join), ...listed(variables), ...own.words];
  return words.some((word) => word.includes('\n')) ? null : words;
}

/** A running shell forbids to set these, or takes them for its own; one that starts may pass them on. */
const ofShell = /^(?:OPTIND|PPID|UID|EUID|GROUPS|SHELLOPTS|BASH\w*|_|muster_left)$/;

function spawnShim(run: ShimRun, setting: Setting): ChildProcess {
  const { id, spec, folder, words, shell, join } = run;
  const { root, pipes, notices, scripts } = setting;
  const marked = markedEnvironment(id, spec.environment);
  const [program = '', ...flags] = shell;
  const started = spec.tty
    ? inTerminal(words.slice(2), {
        script: scripts.terminal,
        environment: {
          ...marked,
          MUSTER_RUN_FILE: folder.runFile(run.run),
          MUSTER_RUN: String(run.run),
          MUSTER_NOTICES: notices,
        },
        shell: program,
      })
    : { words, environment: marked };
  const shim = spawn(
    program,
    [...flags, scripts.shim, root, pipes, notices, ...headOf(run), '', ...listed(join), ...listed([]), ...started.words],
    { cwd: spec.workingDir, env: started.environment, detached: true, stdio: 'ignore' },
  );
  shim.unref();
  return shim;
}

const usualUmask = 0o022;

/** Of its arguments, from the id up to the umask: scripts.ts. */
function headOf({ id, spec, run }: ShimRun): string[] {
  const stdin = spec.tty ? 'terminal' : !spec.openStdin ? 'none' : spec.stdinOnce === true ? 'once' : 'held';
  return [id, String(run), stdin, (spec.umask ?? usualUmask).toString(8)];
}

const listed = (words: readonly string[]): string[] => [String(words.length), ...words];

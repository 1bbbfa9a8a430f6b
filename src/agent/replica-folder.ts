// What is kept of a replica, so that an agent that starts finds it as the last one left it, however that ended. Writes are not forced to the
// disk: what must survive is the agent's end, not the machine's, after which nothing runs anyway. Making a file costs more than all that is
// written into it, so there are few.

import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchSpec } from '#api/agent/contract.ts';
import { parseStat, statOf } from './processes.ts';
import type { ProcessKey, Stat } from './processes.ts';

/** What changes in a replica's life. */
export type Status = {
  readonly name: string;
  /** How often it was started; 0: never. */
  readonly run: number;
  /** `up`: run N was begun, and nothing is known of its end. */
  readonly phase: 'created' | 'up' | 'ended';
  readonly bootId: string;
  /** What the user wants; restart policies heed it. */
  readonly desired: 'running' | 'stopped';
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  readonly problem: string;
  readonly restarts: number;
  /** Ends in a row, each after a short life: the next pause is twice as long. */
  readonly failures: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
};

export type RunRecord = {
  readonly shim: ProcessKey | null;
  readonly exitCode: number | null;
  /** The service's own, as it was when it began. */
  readonly process: Stat | null;
};

export class ReplicaFolder {
  readonly path: string;
  /** Of its outputs, without what tells them apart. */
  readonly pipe: string;

  /** `pipes`: the folder of all replicas' pipes. They carry what runs and nothing else, so they may be gone after a reboot. */
  constructor({ root, pipes, id }: { readonly root: string; readonly pipes: string; readonly id: string }) {
    this.path = join(root, id);
    this.pipe = join(pipes, id);
  }

  create(spec: LaunchSpec, status: Status): void {
    mkdirSync(this.path, { mode: 0o700 });
    writeFileSync(this.#record, `${statusText(status)}\n${JSON.stringify(spec)}\n`, { mode: 0o600 });
  }

  /** FIFOs that a run needs and that are not there. A service without stdin needs no third one. */
  missingFifos({ tty, openStdin }: LaunchSpec): string[] {
    const needed = tty || openStdin ? [this.out, this.err, this.input] : [this.out, this.err];
    return needed.filter((path) => !existsSync(path));
  }

  get out(): string {
    return `${this.pipe}.out`;
  }

  get err(): string {
    return `${this.pipe}.err`;
  }

  get #record(): string {
    return join(this.path, 'replica.json');
  }

  get input(): string {
    return join(this.path, 'in');
  }

  get hosts(): string {
    return join(this.path, 'hosts');
  }

  giveOutputsTo({ uid, gid }: { readonly uid: number; readonly gid: number }): void {
    for (const fifo of [this.out, this.err]) chownSync(fifo, uid, gid);
  }

  runFile(run: number): string {
    return join(this.path, `run.${run}`);
  }

  /** Throws when it was never finished. */
  read(): { readonly status: Status; readonly spec: LaunchSpec } {
    const [status = '', spec = ''] = readFileSync(this.#record, 'utf8').split('\n');
    return { status: JSON.parse(status) as Status, spec: JSON.parse(spec) as LaunchSpec };
  }

  /**
   * In place, always as long: a write within a page is whole or not there when its writer is killed. A file beside it and a rename would make
   * ext4 write to the disk each time.
   */
  writeStatus(status: Status): void {
    const file = openSync(this.#record, 'r+');
    try {
      writeSync(file, statusText(status), 0);
    } finally {
      closeSync(file);
    }
  }

  /** Takes the run from the shim that may yet come: true; false when one has it. */
  claim(run: number): boolean {
    try {
      closeSync(openSync(this.runFile(run), 'wx', 0o600));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  forgetRun(run: number): void {
    rmSync(this.runFile(run), { force: true });
  }

  /** What its shim has written of a run. */
  readRun(run: number): RunRecord {
    const [head = '', process = ''] = readOr(this.runFile(run), '').split('\n');
    const [, exitCode, pid, startTicks] = /^(?:shim|exit (\d+)) (\d+)(?: (\d+))? *$/.exec(head) ?? [];
    return {
      shim: pid === undefined ? null : shimOf(Number(pid), startTicks),
      exitCode: exitCode === undefined ? null : Number(exitCode),
      process: parseStat(process),
    };
  }

  /** Many at once don't hold each other up. */
  async remove(): Promise<void> {
    await Promise.all([rm(this.out, { force: true }), rm(this.err, { force: true })]);
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Shims of muster 0.1 say their number only; they lead a session, which a stranger of that number hardly does. */
function shimOf(pid: number, startTicks: string | undefined): ProcessKey | null {
  if (startTicks !== undefined) return { pid, startTicks: Number(startTicks) };
  const stat = statOf(pid);
  return stat?.session === pid ? stat : null;
}

const statusLength = 2048;
const longestProblem = 400;

function statusText(status: Status): string {
  const text = JSON.stringify({ ...status, problem: status.problem.slice(0, longestProblem) });
  // Names may hold characters of several bytes; what remains of a longer text before is blanks either way.
  return `${text}${' '.repeat(Math.max(0, statusLength - Buffer.byteLength(text)))}`;
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

/** Ids of all that is kept; what was begun and never finished is cleared away. */
export function keptReplicas(root: string): string[] {
  return readdirSync(root).filter((id) => {
    if (/^[0-9a-f]{32}$/.test(id)) return true;
    rmSync(join(root, id), { recursive: true, force: true });
    return false;
  });
}

// What is kept of a replica, one file per thing, so that an agent that starts finds it as the last one left it, however that ended. Writes are
// not forced to the disk: what must survive is the agent's end, not the machine's, after which nothing runs anyway.

import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchSpec } from '#api/agent/contract.ts';
import { logPlaces } from './log/log.ts';
import { parseStat } from './processes.ts';
import type { Stat } from './processes.ts';

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

export class ReplicaFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** All but the FIFOs, which are made for many at once. */
  create(spec: LaunchSpec, status: Status): void {
    mkdirSync(this.path, { mode: 0o700 });
    mkdirSync(logPlaces(this.path).folder, { mode: 0o700 });
    writeFileSync(join(this.path, 'trouble'), ' '.repeat(512), { mode: 0o600 });
    writeFileSync(join(this.path, 'spec.json'), JSON.stringify(spec), { mode: 0o600 });
    this.writeStatus(status);
  }

  get fifos(): string[] {
    return [this.out, this.err, this.input];
  }

  get out(): string {
    return join(this.path, 'out');
  }

  get err(): string {
    return join(this.path, 'err');
  }

  get input(): string {
    return join(this.path, 'in');
  }

  readSpec(): LaunchSpec {
    return JSON.parse(readFileSync(join(this.path, 'spec.json'), 'utf8')) as LaunchSpec;
  }

  readStatus(): Status {
    return JSON.parse(readFileSync(join(this.path, 'status.json'), 'utf8')) as Status;
  }

  writeStatus(status: Status): void {
    const path = join(this.path, 'status.json');
    writeFileSync(`${path}.new`, JSON.stringify(status), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  /** Room for what the shim must be able to write on a full disk; no trace of the run before. */
  prepareRun(run: number): void {
    writeFileSync(join(this.path, 'started'), ' '.repeat(512), { mode: 0o600 });
    writeFileSync(join(this.path, 'exit'), ' '.repeat(32), { mode: 0o600 });
    rmSync(this.#claim(run - 1), { force: true });
  }

  /** Takes the run from the shim that may yet come: true; false when one has it. */
  claim(run: number): boolean {
    try {
      closeSync(openSync(this.#claim(run), 'wx', 0o600));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  /** Which shim has the run; null while none does, or it has not written its name yet. */
  shimOf(run: number): number | null {
    const pid = Number.parseInt(readOr(this.#claim(run), ''), 10);
    return Number.isNaN(pid) ? null : pid;
  }

  /** The service's process as it was when it began; null: it has not. */
  startedAs(run: number): Stat | null {
    const text = readOr(join(this.path, 'started'), '');
    return text.startsWith(`${run} `) ? parseStat(text.slice(String(run).length + 1)) : null;
  }

  /** null: it has not ended. */
  exitCodeOf(run: number): number | null {
    const [, ended, code] = /^(\d+) (\d+) /.exec(readOr(join(this.path, 'exit'), '')) ?? [];
    return ended === String(run) ? Number(code) : null;
  }

  /** What a tee said about its disk; '' while all is well. */
  readTrouble(): string {
    return readOr(join(this.path, 'trouble'), '').split('\n')[0]?.trim() ?? '';
  }

  clearTrouble(): void {
    const file = openSync(join(this.path, 'trouble'), 'r+');
    writeSync(file, ' '.repeat(512));
    closeSync(file);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  #claim(run: number): string {
    return join(this.path, `claim.${run}`);
  }
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

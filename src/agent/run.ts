// One run of a replica: its process, the shim that keeps its pipes and its exit status, and what both have written.

import { isAlive, signalGroup, untilLeading } from './processes.ts';
import type { ProcessKey, Stat } from './processes.ts';
import type { ReplicaFolder } from './replica-folder.ts';

export class Run {
  /** Counts from 1; 0 is that of a replica that was never started. */
  readonly number: number;
  readonly #folder: ReplicaFolder;
  readonly #shimDueAt: number;
  #process: Stat | null = null;
  #shim: ProcessKey | null = null;
  /** An agent has been there since the process lived: nobody else has got its number meanwhile. */
  #hasWatched = true;

  /** `shimDueAt`, in Unix milliseconds: a shim that has not even said by then which process it is will not come. */
  constructor(folder: ReplicaFolder, number: number, shimDueAt: number) {
    this.number = number;
    this.#folder = folder;
    this.#shimDueAt = shimDueAt;
  }

  /** As an agent before this one has left it. */
  takeOver(): void {
    const { shim, process } = this.#folder.readRun(this.number);
    this.#shim = shim;
    this.#process = process;
    this.#hasWatched = process === null || isAlive(process);
  }

  /** The service's own process, from when it is known until `forget`. */
  get process(): Stat | null {
    return this.#process;
  }

  /** The same, if what has its number and group now is still the service's. */
  get leader(): ProcessKey | null {
    return this.#hasWatched ? this.#process : null;
  }

  /** May lead a session of what only looks after the service. */
  get shimPid(): number | null {
    return this.#shim?.pid ?? null;
  }

  /** null: it has not ended, or nobody was there to see how. */
  get exitCode(): number | null {
    return this.#folder.readRun(this.number).exitCode;
  }

  /** Whether this look is the one that found the process. */
  findsProcess(): boolean {
    if (this.#process !== null) return false;
    const { process, shim } = this.#folder.readRun(this.number);
    if (process === null) return false;
    this.#process = process;
    this.#shim ??= shim;
    return true;
  }

  /** Something runs, or somebody will tell how it ended. */
  isWatched(now: number): boolean {
    return (this.#process !== null && isAlive(this.#process)) || this.shimLives(now);
  }

  shimLives(now: number): boolean {
    this.#shim ??= this.#folder.readRun(this.number).shim;
    return this.#shim === null ? now < this.#shimDueAt : isAlive(this.#shim);
  }

  /** To its process and all of that one's group. */
  async signal(process: Stat, signal: NodeJS.Signals, onReady: () => void): Promise<void> {
    await untilLeading(process);
    onReady();
    signalGroup(process, signal);
  }

  forget(): void {
    this.#process = null;
  }
}

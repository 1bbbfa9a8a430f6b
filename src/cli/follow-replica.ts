// Output of one replica as it comes, over its restarts.

import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { LogOptions } from '#runtime/runtime.ts';
import type { FollowOptions, Start } from './follow-logs.ts';

/** Follows one replica, life after life, from behind the last line that was read. */
export class ReplicaFollower {
  isReading = false;
  finished: Promise<void> = Promise.resolve();
  readonly #replica: ObservedReplica;
  #start: Start;
  #lastTimestamp = '';
  /** How its lives ended, as the engine told: a moment before or after the life's log ends, or long before when it restarts fast. */
  readonly #exitCodes: number[] = [];
  #deaths = 0;
  #restarts = 0;
  #livesRead = 0;
  #wake: () => void = () => {};
  #readAgain: () => void = () => {};

  constructor(replica: ObservedReplica, start: Start) {
    this.#replica = replica;
    this.#start = start;
  }

  read(options: FollowOptions, signal: AbortSignal, onEnd: () => Promise<void>): void {
    this.isReading = true;
    this.#readAgain = () => this.read(options, signal, onEnd);
    this.finished = this.#life(options, signal).then(() => {
      this.isReading = false;
      this.#livesRead++;
      if (signal.aborted) return;
      if (this.#restarts >= this.#livesRead) return this.#readAgain();
      return onEnd();
    });
  }

  /** Its last life is over, as far as was told. The engine's list may still call it running then. */
  get isDead(): boolean {
    return this.#deaths > this.#restarts;
  }

  died(exitCode: number): void {
    if (this.isDead) return;
    this.#deaths++;
    this.#exitCodes.push(exitCode);
    this.#wake();
  }

  /** Also while the log of the life before is still being read. A start without a death before is the one that is being followed. */
  started(): void {
    if (!this.isDead) return;
    this.#restarts++;
    if (!this.isReading) this.#readAgain();
  }

  async #life(options: FollowOptions, signal: AbortSignal): Promise<void> {
    try {
      await this.#lines(options, signal);
      options.onExit(this.#replica, await this.#nextExitCode(options, signal));
    } catch (error) {
      if (!signal.aborted) options.onTrouble(`the log of ${this.#replica.name} can't be read: ${messageOf(error)}`);
    }
  }

  async #nextExitCode(options: FollowOptions, signal: AbortSignal): Promise<number> {
    for (;;) {
      const exitCode = this.#exitCodes.shift();
      if (exitCode !== undefined) return exitCode;
      const told = new Promise<void>((resolve) => (this.#wake = resolve));
      await untilAborted(Promise.race([told, delay(200)]), signal);
      if (this.#exitCodes.length === 0) await this.#lookForDeath(options, signal);
    }
  }

  /** For one that came before the events were listened to, while the engine's list still called the replica running. */
  async #lookForDeath({ runtime, project }: FollowOptions, signal: AbortSignal): Promise<void> {
    const { replicas } = await runtime.observe({ project, only: 'replicas', signal });
    const now = replicas.find(({ id }) => id === this.#replica.id);
    if (now === undefined) this.died(0);
    else if (now.exitCode !== null && (now.state === 'exited' || now.state === 'dead')) this.died(now.exitCode);
  }

  async #lines({ runtime, onLine }: FollowOptions, signal: AbortSignal): Promise<void> {
    const options: LogOptions = { follow: true, timestamps: true, until: '', ...this.#start, signal };
    for await (const record of runtime.logs(this.#replica, options)) {
      // The engine's `since` is inclusive; what was printed before a restart is not printed again.
      if (record.timestamp !== '' && record.timestamp <= this.#lastTimestamp) continue;
      if (record.timestamp !== '') this.#lastTimestamp = record.timestamp;
      onLine(record);
    }
    if (this.#lastTimestamp !== '') this.#start = { since: this.#lastTimestamp, tail: null };
  }
}

const messageOf = (error: unknown): string => (error instanceof MusterError ? error.message : String(error));

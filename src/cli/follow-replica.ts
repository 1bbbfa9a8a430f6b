// Output of one replica as it comes, over its restarts.

import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { LogOptions } from '#runtime/runtime.ts';
import type { FollowOptions, Start } from './follow-logs.ts';

/** More than the engine needs to hand over what it holds. */
const catchUpMs = 3000;

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
  #onRead: () => void = () => {};

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

  /** Resolves once all was told that it had written by now; of one that has ended, also how. */
  async catchUp(options: FollowOptions, signal: AbortSignal): Promise<void> {
    const enough = AbortSignal.any([signal, AbortSignal.timeout(catchUpMs)]);
    try {
      if (this.isDead) return await untilAborted(this.finished, enough);
      const last = await this.#lastWritten(options, enough);
      while (this.isReading && this.#lastTimestamp < last)
        await untilAborted(Promise.race([this.finished, new Promise<void>((resolve) => (this.#onRead = resolve))]), enough);
    } catch (error) {
      // What can't be read is told of by who follows it; a log that never ends its line is not waited for.
      if (!(error instanceof MusterError)) throw error;
    }
  }

  async #lastWritten({ runtime }: FollowOptions, signal: AbortSignal): Promise<string> {
    const options = { follow: false, timestamps: true, since: this.#start.since, until: '', tail: 1, signal };
    let last = '';
    for await (const { timestamp } of runtime.logs(this.#replica, options)) last = timestamp;
    return last;
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
    const toldBefore = this.#lastTimestamp;
    for await (const record of runtime.logs(this.#replica, options)) {
      // The engine's `since` is inclusive; what was printed before a restart is not printed again. Within one life, lines of the two
      // outputs may come out of order by a hair.
      if (record.timestamp !== '' && record.timestamp <= toldBefore) continue;
      if (record.timestamp > this.#lastTimestamp) this.#lastTimestamp = record.timestamp;
      onLine(record);
      this.#onRead();
    }
    if (this.#lastTimestamp !== '') this.#start = { since: this.#lastTimestamp, tail: null };
  }
}

const messageOf = (error: unknown): string => (error instanceof MusterError ? error.message : String(error));

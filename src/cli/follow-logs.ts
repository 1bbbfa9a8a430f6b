// Output of a project's replicas as it comes: over restarts, and of replicas that appear later.

import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecord, RuntimeEvent } from '#model/event.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Readable } from '#apply/joined-runtimes.ts';
import type { LogOptions } from '#runtime/runtime.ts';
import { ReplicaFollower } from './follow-replica.ts';

export type Start = Pick<LogOptions, 'since' | 'tail'>;

export type Starting = {
  readonly over: Promise<'started' | 'failed'>;
  /** It runs already and goes on running. One that is started is followed from its start on, one that is replaced not at all. */
  readonly isLeftAlone: (replica: ObservedReplica) => boolean;
  /** After a failure: all that had been written until then was told. */
  readonly onCaughtUp: () => void;
};

/** While somebody stops and starts replicas, that nothing runs is no end. */
export type Pause = { isOn(): boolean; onEnd(act: () => void): void };

export type FollowOptions = {
  readonly runtime: Pick<Readable, 'observe' | 'events' | 'logs'>;
  readonly project: string;
  readonly includes: (replica: Pick<ObservedReplica, 'service' | 'number' | 'oneOff'>) => boolean;
  /** Where a replica's output begins; a replica that starts later begins at its start. */
  readonly startOf: (replica: ObservedReplica) => Start;
  /** Read it too although it has ended already: it ran in the run that is followed. */
  readonly isFresh?: (replica: ObservedReplica) => boolean;
  /** Replicas are being started meanwhile: that nothing runs is no end before this is over. */
  readonly starting?: Starting;
  readonly pause?: Pause;
  /** Before its first line; all that run already are told before any line comes. */
  readonly onFollow?: (replica: ObservedReplica) => void;
  readonly onLine: (record: LogRecord) => void;
  /** A replica's main process has ended, and all that it wrote has come. */
  readonly onExit: (replica: ObservedReplica, exitCode: number) => void;
  /** Something a person should know: a log that can't be read. */
  readonly onTrouble: (text: string) => void;
  readonly signal: AbortSignal;
};

/** Resolves when nothing of it runs any more or the signal fires. */
export function followLogs(options: FollowOptions): Promise<void> {
  return new ProjectFollower(options).run();
}

class ProjectFollower {
  readonly #options: FollowOptions;
  readonly #ended = new AbortController();
  readonly #stop: AbortSignal;
  readonly #followers = new Map<string, ReplicaFollower>();
  #isStarting: boolean;
  /** When a replica was found that had ended already, in Unix milliseconds by id: starts that were told late were before. */
  readonly #foundEnded = new Map<string, number>();
  #failure: { readonly cause: unknown } | null = null;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#isStarting = options.starting !== undefined;
    this.#stop = AbortSignal.any([options.signal, this.#ended.signal]);
  }

  async run(): Promise<void> {
    const { runtime, project, starting } = this.#options;
    try {
      // Events first: what starts between the two calls is seen at least once.
      const since = starting === undefined ? {} : { since: new Date().toISOString() };
      const events = runtime.events({ project, ...since, signal: this.#stop })[Symbol.asyncIterator]();
      const first = events.next();
      if (starting === undefined) await this.#followAll();
      else await this.#followWhile(starting);
      this.#options.pause?.onEnd(() => void this.#followAll().catch((error: unknown) => this.#fail(error)));
      for (let next = await first; next.done !== true; next = await events.next()) await this.#take(next.value);
    } catch (error) {
      if (!this.#stop.aborted) throw error;
    } finally {
      this.#ended.abort();
    }
    await Promise.all([...this.#followers.values()].map((follower) => follower.finished));
    if (this.#failure !== null) throw this.#failure.cause;
  }

  /** Of what is started the events tell. */
  async #followWhile(starting: Starting): Promise<void> {
    for (const replica of await this.#observe()) if (isAlive(replica) && starting.isLeftAlone(replica)) this.#follow(replica);
    void starting.over.then((end) => this.#startingIsOver(end, starting)).catch((error: unknown) => this.#fail(error));
  }

  async #startingIsOver(end: 'started' | 'failed', { onCaughtUp }: Starting): Promise<void> {
    this.#isStarting = false;
    await this.#followAll();
    if (end === 'started') return;
    await this.#catchUp();
    onCaughtUp();
  }

  async #followAll(): Promise<void> {
    const { isFresh = () => false } = this.#options;
    const now = Date.now();
    for (const replica of await this.#observe()) {
      if (this.#followers.has(replica.id) || !(isAlive(replica) || isFresh(replica))) continue;
      if (!isAlive(replica)) this.#foundEnded.set(replica.id, now);
      this.#follow(replica);
    }
    await this.#endIfNothingRuns();
  }

  async #catchUp(): Promise<void> {
    await Promise.all([...this.#followers.values()].map((follower) => follower.catchUp(this.#options, this.#stop)));
  }

  #fail(cause: unknown): void {
    if (!this.#stop.aborted) this.#failure ??= { cause };
    this.#ended.abort();
  }

  async #take({ action, replicaId, exitCode, at }: RuntimeEvent): Promise<void> {
    const follower = this.#followers.get(replicaId);
    if (action === 'die') {
      follower?.died(exitCode ?? 0);
      // One whose log can't be read ends, too.
      if (follower?.isReading !== true) return this.#endIfNothingRuns();
    }
    if (action !== 'start') return;
    if (follower !== undefined) return at < (this.#foundEnded.get(replicaId) ?? 0) ? undefined : follower.started();
    const replica = (await this.#observe()).find((one) => one.id === replicaId);
    if (replica !== undefined && !this.#followers.has(replicaId)) this.#follow(replica);
  }

  #follow(replica: ObservedReplica): void {
    this.#options.onFollow?.(replica);
    const follower = new ReplicaFollower(replica, this.#options.startOf(replica));
    this.#followers.set(replica.id, follower);
    if (!isAlive(replica) && replica.exitCode !== null) follower.died(replica.exitCode);
    follower.read(this.#options, this.#stop, () => this.#endIfNothingRuns().catch((error: unknown) => this.#fail(error)));
  }

  async #endIfNothingRuns(): Promise<void> {
    if (this.#isStarting || this.#options.pause?.isOn() === true) return;
    const isReading = (): boolean => [...this.#followers.values()].some((one) => one.isReading);
    for (let tries = 0; tries < 40 && !isReading(); tries++) {
      const alive = (await this.#observe()).filter(isAlive);
      if (alive.length === 0) return this.#ended.abort();
      // The engine tells a death a moment before its list shows it.
      if (!alive.every(({ id, state }) => state === 'running' && this.#followers.get(id)?.isDead === true)) return;
      await delay(50, undefined, { signal: this.#stop });
    }
  }

  async #observe(): Promise<readonly ObservedReplica[]> {
    const { runtime, project, includes } = this.#options;
    const { replicas } = await runtime.observe({ project, only: 'replicas', signal: this.#stop });
    return replicas.filter((replica) => replica.external !== true && includes(replica));
  }
}

const isAlive = ({ state }: ObservedReplica): boolean => ['running', 'restarting', 'paused'].includes(state);

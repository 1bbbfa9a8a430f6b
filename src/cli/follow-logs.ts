// Output of a project's replicas as it comes: over restarts, and of replicas that appear later.

import { MusterError } from '#lib/errors.ts';
import type { LogRecord, RuntimeEvent } from '#model/event.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { LogOptions, Runtime } from '#runtime/runtime.ts';

export type Start = Pick<LogOptions, 'since' | 'tail'>;

export type FollowOptions = {
  readonly runtime: Runtime;
  readonly project: string;
  readonly includes: (replica: Pick<ObservedReplica, 'service' | 'number' | 'oneOff'>) => boolean;
  /** Where a replica's output begins; a replica that starts later begins at its start. */
  readonly startOf: (replica: ObservedReplica) => Start;
  readonly onLine: (record: LogRecord) => void;
  /** A replica's main process has ended, and all that it wrote has come. */
  readonly onExit: (replica: ObservedReplica, exitCode: number) => void;
  /** Something a person should know: a log that can't be read. */
  readonly onTrouble: (text: string) => void;
  readonly signal: AbortSignal;
};

/** Resolves when nothing of it runs any more or the signal fires. */
export async function followLogs(options: FollowOptions): Promise<void> {
  const { runtime, project, signal } = options;
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const readers = new Map<string, Reader>();
  const observe = async (): Promise<readonly ObservedReplica[]> =>
    (await runtime.observe({ project, signal: stop })).replicas.filter(options.includes);

  const read = (replica: ObservedReplica): void => {
    const reader = readers.get(replica.id) ?? new Reader(replica, options.startOf(replica));
    readers.set(replica.id, reader);
    reader.read(options, stop, async () => {
      if (![...readers.values()].some((one) => one.isReading) && !(await observe()).some(isAlive)) ended.abort();
    });
  };

  const onEvent = async (event: RuntimeEvent): Promise<void> => {
    if (event.action === 'die') readers.get(event.replicaId)?.died(event.exitCode ?? 0);
    if (event.action !== 'start' || readers.get(event.replicaId)?.isReading === true) return;
    const replica = (await observe()).find((one) => one.id === event.replicaId);
    if (replica !== undefined) read(replica);
  };

  try {
    // Events first: what starts between the two calls is seen at least once.
    const events = runtime.events({ project, signal: stop })[Symbol.asyncIterator]();
    const first = events.next();
    const alive = (await observe()).filter(isAlive);
    if (alive.length === 0) ended.abort();
    for (const replica of alive) read(replica);
    for (let next = await first; next.done !== true; next = await events.next()) await onEvent(next.value);
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    ended.abort();
  }
  await Promise.all([...readers.values()].map((reader) => reader.finished));
}

const isAlive = ({ state }: ObservedReplica): boolean => ['running', 'restarting', 'paused'].includes(state);

/** Follows one replica; after a restart from behind the last line that was read. */
class Reader {
  isReading = false;
  finished: Promise<void> = Promise.resolve();
  readonly #replica: ObservedReplica;
  #start: Start;
  #lastTimestamp = '';
  #exitCode: number | null = null;

  constructor(replica: ObservedReplica, start: Start) {
    this.#replica = replica;
    this.#start = start;
  }

  read(options: FollowOptions, signal: AbortSignal, onEnd: () => Promise<void>): void {
    this.isReading = true;
    this.#exitCode = null;
    this.finished = this.#lines(options, signal)
      .then(() => this.#afterEnd(options, signal))
      .catch((error: unknown) => {
        if (!signal.aborted) options.onTrouble(`the log of ${this.#replica.name} can't be read: ${messageOf(error)}`);
      })
      .then(() => {
        this.isReading = false;
        return signal.aborted ? undefined : onEnd();
      });
  }

  died(exitCode: number): void {
    this.#exitCode = exitCode;
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

  /** The stream ends a moment before or after the engine tells how the process ended. */
  async #afterEnd({ runtime, project, onExit }: FollowOptions, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (this.#exitCode === null) {
      const { replicas } = await runtime.observe({ project, signal });
      const now = replicas.find((replica) => replica.id === this.#replica.id);
      this.#exitCode = now?.exitCode ?? null;
    }
    if (this.#exitCode !== null) onExit(this.#replica, this.#exitCode);
  }
}

const messageOf = (error: unknown): string => (error instanceof MusterError ? error.message : String(error));

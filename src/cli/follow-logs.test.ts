import { expect, test } from 'vitest';
import type { LogRecord, RuntimeEvent } from '#model/event.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { LogOptions, Runtime } from '#runtime/runtime.ts';
import { type FollowOptions, type Starting, followLogs } from './follow-logs.ts';

/** An engine with one project whose replicas write what a test tells them to. */
class ScriptedRuntime {
  readonly replicas = new Map<string, ObservedReplica>();
  readonly asked: { readonly id: string; readonly since: string }[] = [];
  #events = new Channel<RuntimeEvent>();
  readonly #logs = new Map<string, Channel<LogRecord>>();
  readonly #written = new Map<string, LogRecord[]>();

  start(id: string): void {
    this.#logs.set(id, new Channel());
    this.#set(id, 'running', null);
    this.#tell(id, 'start');
  }

  write(id: string, text: string, timestamp: string): void {
    const record = { service: id, replicaName: `shop-${id}-1`, number: 1, stream: 'stdout', timestamp, text } as const;
    this.#written.set(id, [...(this.#written.get(id) ?? []), record]);
    this.#logs.get(id)?.push(record);
  }

  /** What is written from now on reaches its readers with `deliver`. */
  delayLines(id: string): void {
    this.#logs.get(id)?.hold();
  }

  deliver(id: string): void {
    this.#logs.get(id)?.release();
  }

  /** Events from now on reach their listener when the answer is called. */
  heldBack(): () => void {
    this.#events.hold();
    return () => this.#events.release();
  }

  exit(id: string, exitCode: number, state: ObservedReplica['state'] = 'exited'): void {
    this.die(id, exitCode, state).end();
  }

  /** Its log has yet to end. */
  die(id: string, exitCode: number, state: ObservedReplica['state'] = 'exited'): Channel<LogRecord> {
    this.#set(id, state, exitCode);
    this.#tell(id, 'die', exitCode);
    return this.#logs.get(id) ?? new Channel();
  }

  exitUntold(id: string, exitCode: number): void {
    this.#set(id, 'exited', exitCode);
    this.endLog(id);
  }

  endLog(id: string): void {
    this.#logs.get(id)?.end();
  }

  get runtime(): Runtime {
    // Only what following uses is there; anything else would fail the test loudly.
    return {
      observe: async () => ({
        project: 'shop',
        replicas: [...this.replicas.values()],
        networks: [],
        volumes: [],
        images: {},
        heldPorts: [],
      }),
      events: ({ signal }: { readonly signal: AbortSignal }) => {
        // What happened before is not told again.
        this.#events = new Channel();
        return this.#events.until(signal);
      },
      logs: ({ id }: ObservedReplica, { signal, since, follow: isFollowing }: LogOptions) => {
        if (!isFollowing) return (this.#written.get(id) ?? []).slice(-1);
        this.asked.push({ id, since });
        return (this.#logs.get(id) ?? new Channel<LogRecord>()).until(signal);
      },
    } as unknown as Runtime;
  }

  #set(id: string, state: ObservedReplica['state'], exitCode: number | null): void {
    // The rest of a replica does not matter here.
    this.replicas.set(id, {
      id,
      name: `shop-${id}-1`,
      service: id,
      number: 1,
      oneOff: false,
      state,
      exitCode,
    } as ObservedReplica);
  }

  #tell(id: string, action: string, exitCode: number | null = null): void {
    const about = { service: id, replicaId: id, replicaName: `shop-${id}-1`, attributes: {} };
    this.#events.push({ type: 'runtime', at: Date.now() - 1, atNano: '0', action, exitCode, ...about });
  }
}

class Channel<Item> {
  readonly #items: Item[] = [];
  #isEnded = false;
  #isHeld = false;
  #wake: () => void = () => {};

  push(item: Item): void {
    this.#items.push(item);
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#wake();
  }

  async *until(signal: AbortSignal): AsyncIterable<Item> {
    signal.addEventListener('abort', () => this.#wake());
    while (!signal.aborted) {
      const item = this.#isHeld ? undefined : this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#isEnded && !this.#isHeld) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

function follow(engine: ScriptedRuntime, changes: Partial<FollowOptions> = {}) {
  const seen: string[] = [];
  const finished = followLogs({
    runtime: engine.runtime,
    project: 'shop',
    includes: () => true,
    startOf: () => ({ since: 'begin', tail: null }),
    onLine: ({ service, text }) => seen.push(`${service}: ${text}`),
    onExit: ({ service }, exitCode) => seen.push(`${service} exited ${exitCode}`),
    onTrouble: (text) => seen.push(text),
    signal: new AbortController().signal,
    ...changes,
  });
  return { seen, finished };
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('lines come until the last replica has ended, and each end is told after its last line', async () => {
  const engine = new ScriptedRuntime();
  engine.start('web');
  engine.start('db');
  const { seen, finished } = follow(engine);
  engine.write('web', 'one', '1');
  engine.exit('web', 3);
  await soon();
  engine.write('db', 'two', '2');
  engine.exit('db', 0);
  await finished;
  expect(seen).toEqual(['web: one', 'web exited 3', 'db: two', 'db exited 0']);
});

test('a restart goes on behind the last line, which is not printed twice', async () => {
  const engine = new ScriptedRuntime();
  engine.start('web');
  const { seen, finished } = follow(engine);
  engine.write('web', 'first life', '1');
  engine.exit('web', 1, 'restarting');
  await soon();
  engine.start('web');
  engine.write('web', 'first life', '1');
  engine.write('web', 'second life', '2');
  await soon();
  engine.exit('web', 0);
  await finished;
  expect(seen).toEqual(['web: first life', 'web exited 1', 'web: second life', 'web exited 0']);
  expect(engine.asked.map(({ since }) => since)).toEqual(['begin', '1']);
});

test('a replica that appears later is followed, too', async () => {
  const engine = new ScriptedRuntime();
  engine.start('web');
  const { seen, finished } = follow(engine);
  await soon();
  engine.start('late');
  engine.write('late', 'hello', '1');
  await soon();
  await soon();
  engine.exit('late', 0);
  engine.exit('web', 0);
  await finished;
  expect(seen).toContain('late: hello');
});

test('a start that comes before the log of the life before has ended is not missed', async () => {
  const engine = new ScriptedRuntime();
  engine.start('web');
  const { seen, finished } = follow(engine);
  await soon();
  const firstLife = engine.die('web', 137);
  engine.start('web');
  engine.write('web', 'second life', '2');
  await soon();
  firstLife.end();
  await soon();
  engine.exit('web', 0);
  await finished;
  expect(seen).toEqual(['web exited 137', 'web: second life', 'web exited 0']);
});

test('a log that ends before the engine says how is waited for', async () => {
  const engine = new ScriptedRuntime();
  engine.start('web');
  const { seen, finished } = follow(engine);
  await soon();
  engine.endLog('web');
  await soon();
  expect(seen).toEqual([]);
  engine.exit('web', 5);
  await finished;
  expect(seen).toEqual(['web exited 5']);
});

test('one that has ended already is read when it belongs to the run that is followed', async () => {
  const engine = new ScriptedRuntime();
  engine.start('once');
  engine.write('once', 'all done', '1');
  engine.exit('once', 4);
  const fresh = follow(engine, { isFresh: () => true });
  await fresh.finished;
  expect(fresh.seen).toEqual(['once: all done', 'once exited 4']);
  const old = follow(engine);
  await old.finished;
  expect(old.seen).toEqual([]);
});

function starting(changes: Partial<Starting> = {}) {
  const { promise, resolve } = Promise.withResolvers<'started' | 'failed'>();
  const settings: Starting = { over: promise, isLeftAlone: () => true, onCaughtUp: () => undefined, ...changes };
  return { settings, over: resolve };
}

test('while more is being started, nothing running is no end, and a job that ends meanwhile is told once', async () => {
  const engine = new ScriptedRuntime();
  const { settings, over } = starting();
  const { seen, finished } = follow(engine, { starting: settings, isFresh: () => true });
  await soon();
  engine.start('job');
  engine.write('job', 'working', '1');
  await soon();
  engine.exit('job', 0);
  await soon();
  await soon();
  expect(seen).toEqual(['job: working', 'job exited 0']);
  engine.start('web');
  engine.write('web', 'hello', '2');
  await soon();
  over('started');
  await soon();
  engine.exit('web', 0);
  await finished;
  expect(seen).toEqual(['job: working', 'job exited 0', 'web: hello', 'web exited 0']);
});

test('one that was found ended is not told twice when its start is told late', async () => {
  const engine = new ScriptedRuntime();
  engine.start('web');
  const { settings, over } = starting();
  const { seen, finished } = follow(engine, { starting: settings, isFresh: () => true });
  await soon();
  const told = engine.heldBack();
  engine.start('job');
  engine.write('job', 'working', '1');
  engine.exit('job', 3);
  over('started');
  await soon();
  told();
  await soon();
  await soon();
  engine.exit('web', 0);
  await finished;
  expect(seen).toEqual(['job: working', 'job exited 3', 'web exited 0']);
});

test('what is replaced is not followed, what is left alone is', async () => {
  const engine = new ScriptedRuntime();
  engine.start('old');
  engine.start('db');
  const { settings, over } = starting({ isLeftAlone: ({ id }) => id === 'db' });
  const { seen, finished } = follow(engine, { starting: settings });
  await soon();
  engine.write('old', 'not heard', '1');
  engine.write('db', 'heard', '1');
  engine.exit('old', 0);
  await soon();
  over('started');
  engine.exit('db', 0);
  await finished;
  expect(seen).toEqual(['db: heard', 'db exited 0']);
});

test('after a failure all is told that had been written until then', async () => {
  const engine = new ScriptedRuntime();
  engine.start('db');
  const left = new AbortController();
  const { settings, over } = starting({ onCaughtUp: () => left.abort() });
  const { seen, finished } = follow(engine, { starting: settings, signal: left.signal });
  await soon();
  engine.delayLines('db');
  engine.write('db', 'starting', '1');
  engine.write('db', 'no disk', '2');
  over('failed');
  await soon();
  expect(seen).toEqual([]);
  engine.deliver('db');
  await finished;
  expect(seen).toEqual(['db: starting', 'db: no disk']);
});

test('a death that the list of replicas shows late ends it all the same', async () => {
  const engine = new ScriptedRuntime();
  engine.start('web');
  const { seen, finished } = follow(engine);
  await soon();
  engine.exit('web', 0, 'running');
  setTimeout(() => engine.exit('web', 0), 70);
  await finished;
  expect(seen).toEqual(['web exited 0']);
});

test('a death that nobody told is found in the list once the log has ended', async () => {
  const engine = new ScriptedRuntime();
  engine.start('web');
  const { seen, finished } = follow(engine);
  await soon();
  engine.exitUntold('web', 6);
  await finished;
  expect(seen).toEqual(['web exited 6']);
});

test('what is not included is not followed, and with nothing running it ends at once', async () => {
  const engine = new ScriptedRuntime();
  engine.start('web');
  const { seen, finished } = follow(engine, { includes: () => false });
  await finished;
  expect(seen).toEqual([]);
});

test('a signal ends it while everything runs on', async () => {
  const engine = new ScriptedRuntime();
  engine.start('web');
  const controller = new AbortController();
  const { finished } = follow(engine, { signal: controller.signal });
  await soon();
  controller.abort();
  await finished;
});

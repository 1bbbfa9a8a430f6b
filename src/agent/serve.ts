// One client's requests.

import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { Connection } from '#api/agent/connection.ts';
import type { AgentEvent, AgentStats, CallName, Calls, Hello, Message, StreamName, Streams } from '#api/agent/contract.ts';
import { ownHello, skewBetween } from '#api/agent/versions.ts';
import { MusterError } from '#lib/errors.ts';
import { musterVersion } from '#lib/version.ts';
import type { LogRecord } from '#model/event.ts';
import { label } from '#model/labels.ts';
import type { Agent } from './agent.ts';
import { failureOf } from './agent.ts';
import { describeCgroups } from './cgroups.ts';
import { hostsProblem } from './hosts-file.ts';
import { queryLog } from './log/query.ts';
import type { Line } from './log/lines.ts';
import { listeningOf } from './listening.ts';
import type { Replica } from './replica.ts';
import { Sessions, startBeside } from './sessions.ts';
import { topOf } from './top.ts';

export type House = {
  readonly agent: Agent;
  readonly startedAt: number;
  readonly directory: string;
  readonly clients: () => readonly Client[];
  /** Ends the agent, once the answer has been sent. */
  readonly end: () => void;
};

type Answers = {
  readonly [Name in CallName]: (params: Calls[Name]['params']) => Promise<Calls[Name]['result']> | Calls[Name]['result'];
};
type Flows = {
  readonly [Name in StreamName]: (params: Streams[Name]['params'], signal: AbortSignal) => AsyncIterable<readonly unknown[]>;
};

export class Client {
  readonly #connection: Connection;
  readonly #house: House;
  readonly #sessions: Sessions;
  readonly #leaving = new AbortController();
  readonly #answers: Answers;
  readonly #flows: Flows;
  #lastStream = 0;
  #hasGreeted = false;
  /** It speaks a schema that we don't know; what it may ask of us is to make room for its own agent. */
  #isTooNew = false;

  constructor(socket: Socket, house: House, onClosed: (client: Client) => void) {
    this.#house = house;
    this.#connection = new Connection(socket, {
      hello: (hello) => this.#greet(hello),
      message: (message) => this.#receive(message),
      closed: () => {
        this.#leaving.abort();
        this.#sessions.abandonAll();
        onClosed(this);
      },
    });
    this.#sessions = new Sessions(this.#connection, () => ++this.#lastStream, house.agent.setting);
    this.#answers = answersOf(house, this.#sessions);
    this.#flows = flowsOf(house);
    this.#connection.send(ownHello());
  }

  get sessions(): number {
    return this.#sessions.count;
  }

  close(): void {
    this.#connection.close();
  }

  /** A client that is too old says what is wrong: it has read our hello. */
  #greet(hello: Hello): void {
    this.#hasGreeted = true;
    const skew = skewBetween(hello, ownHello());
    if (skew === 'command-too-old') this.#connection.close();
    this.#isTooNew = skew === 'agent-too-old';
  }

  #receive(message: Message): void {
    if (message.type !== 'request') return;
    if (!this.#hasGreeted || (this.#isTooNew && message.method !== 'handOver')) {
      this.#connection.close();
      return;
    }
    if (message.method in this.#flows) this.#flow(message.id, message.method as StreamName, message.params);
    else void this.#answer(message.id, message.method as CallName, message.params);
  }

  async #answer(id: number, method: CallName, params: unknown): Promise<void> {
    try {
      const act = this.#answers[method] as ((params: unknown) => unknown) | undefined;
      if (act === undefined)
        throw new MusterError('AGENT_VERSION', `the agent of ${musterVersion} does not know "${method}"`, { hint: 'upgrade it' });
      this.#connection.send({ type: 'response', id, result: await act(params) });
    } catch (cause) {
      this.#connection.send({ type: 'failure', id, failure: failureOf(cause) });
    }
  }

  /** Batches as lines of JSON, no faster than they are read. */
  #flow(id: number, method: StreamName, params: unknown): void {
    let batches: AsyncIterable<readonly unknown[]>;
    const leaving = new AbortController();
    try {
      // The contract's types hold for both sides of an agreed schema.
      batches = (this.#flows[method] as (params: unknown, signal: AbortSignal) => AsyncIterable<readonly unknown[]>)(
        params,
        leaving.signal,
      );
    } catch (cause) {
      this.#connection.send({ type: 'failure', id, failure: failureOf(cause) });
      return;
    }
    const stream = ++this.#lastStream;
    const outgoing = this.#connection.write(stream);
    outgoing.onStop = () => leaving.abort();
    this.#connection.send({ type: 'response', id, result: { stream } });
    const pass = async (): Promise<void> => {
      for await (const batch of batches) if (!(await outgoing.write(Buffer.from(`${JSON.stringify(batch)}\n`)))) break;
      outgoing.end();
    };
    pass().catch((cause: unknown) => {
      this.#house.agent.setting.warn(`${method} ended early`, cause);
      outgoing.end();
    });
  }
}

function answersOf(house: House, sessions: Sessions): Answers {
  const { agent } = house;
  return {
    ping: () => ({}),
    stats: () => statsOf(house),
    list: (query) => ({ replicas: agent.list(query).map((replica) => replica.view()) }),
    inspect: ({ id }) => ({ replica: agent.find(id).view(), spec: agent.find(id).spec }),
    create: async ({ specs, start = false }) => ({ outcomes: await agent.create(specs, { start }) }),
    start: async ({ ids, hosts }) => ({ outcomes: await agent.each(ids, (replica) => replica.start({ hosts })) }),
    stop: async ({ ids, ...options }) => ({ outcomes: await agent.each(ids, (replica) => replica.stop(options)) }),
    restart: async ({ ids, ...options }) => ({ outcomes: await agent.each(ids, (replica) => replica.restart(options)) }),
    kill: async ({ ids, signal }) => ({ outcomes: await agent.each(ids, (replica) => replica.kill(signal)) }),
    remove: async ({ ids, force }) => ({ outcomes: await agent.remove(ids, { force }) }),
    rename: ({ id, name }) => {
      agent.rename(id, name);
      return {};
    },
    setHosts: async ({ ids, hosts }) => ({ outcomes: await agent.each(ids, (replica) => replica.setHosts(hosts)) }),
    wait: async ({ id, next = false }) => ({
      exitCode: await agent.find(id).ended({ next: next && agent.find(id).state !== 'exited' }),
    }),
    top: async ({ ids }) => ({ processes: await topOf(ids.map((id) => agent.find(id))) }),
    exec: ({ id, spec }) => sessions.exec(agent.find(id), spec),
    execDetached: ({ id, spec }) => {
      const child = startBeside(agent.find(id), spec, 'ignore', agent.setting);
      child.once('error', (cause) => agent.setting.warn('a program could not be started', cause));
      child.unref();
      return {};
    },
    attach: ({ id, stdin }) => sessions.attach(agent.find(id), { stdin }),
    sessionResize: async ({ session, columns, rows }) => {
      await sessions.resize(session, columns, rows);
      return {};
    },
    sessionSignal: async ({ session, signal }) => {
      await sessions.signal(session, signal);
      return {};
    },
    sessionWait: async ({ session }) => ({ exitCode: await sessions.wait(session) }),
    listening: async ({ ids }) => ({ sockets: await listeningOf(ids.map((id) => agent.find(id))) }),
    handOver: ({ force, onlyAsk = false }) => {
      const open = house.clients().reduce((sum, client) => sum + client.sessions, 0);
      if (open > 0 && !force)
        throw new MusterError('STEP_FAILED', `${open} sessions (exec, attach) are open with the agent`, {
          hint: 'end them first',
        });
      if (!onlyAsk) house.end();
      return {};
    },
  };
}

function flowsOf({ agent }: House): Flows {
  return {
    logs: (query, signal) => recordsOf(agent.find(query.id), queryLog(agent.find(query.id).log, query, signal), query.timestamps),
    events: (query, signal) => eventsOf(agent, query, signal),
  };
}

async function* recordsOf(
  replica: Replica,
  batches: AsyncIterable<readonly Line[]>,
  timestamps: boolean,
): AsyncGenerator<LogRecord[]> {
  const service = replica.spec.labels[label.service] ?? '';
  const number = Number(replica.spec.labels[label.number] ?? 1);
  for await (const lines of batches) {
    const replicaName = replica.name;
    yield lines.map(({ stream, time, text }) => ({
      service,
      replicaName,
      number,
      stream,
      timestamp: timestamps ? time : '',
      text,
    }));
  }
}

async function* eventsOf(agent: Agent, query: Streams['events']['params'], signal: AbortSignal): AsyncGenerator<AgentEvent[]> {
  const { events } = agent.setting;
  let waiting = events.past(query);
  let wake = (): void => {};
  const stop = events.listen((event) => {
    if (query.project !== '' && event.project !== query.project) return;
    waiting.push(event);
    wake();
  });
  const leave = (): void => wake();
  signal.addEventListener('abort', leave, { once: true });
  const timer =
    query.until === undefined
      ? undefined
      : setTimeout(leave, Math.min(Math.max(0, query.until - agent.setting.now()), 2 ** 31 - 1));
  try {
    while (!signal.aborted) {
      const isOver = query.until !== undefined && agent.setting.now() >= query.until;
      const batch = waiting;
      waiting = [];
      if (batch.length > 0) yield batch;
      else if (isOver) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    stop();
  }
}

async function statsOf({ agent, startedAt, directory, clients }: House): Promise<AgentStats> {
  const { user, system } = process.cpuUsage();
  const all = agent.list({});
  return {
    version: musterVersion,
    pid: process.pid,
    startedAt,
    rssBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024,
    cpuSeconds: (user + system) / 1e6,
    replicas: all.length,
    running: all.filter(({ state }) => state === 'running').length,
    clients: clients().length,
    directory,
    cgroups: describeCgroups(),
    hostsProblem: await hostsProblem(),
  };
}

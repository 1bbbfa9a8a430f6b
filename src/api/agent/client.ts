// A command's side of the agent.

import type { Duplex, Readable } from 'node:stream';
import { Readable as NodeReadable, Writable } from 'node:stream';
import { cancelledBy, onAbort } from '#lib/cancel.ts';
import { MusterError, errorCodes } from '#lib/errors.ts';
import type { ErrorCode } from '#lib/errors.ts';
import { Connection } from './connection.ts';
import type { Incoming, Outgoing } from './connection.ts';
import type { CallName, Calls, Failure, Hello, Message, SessionOpened, SessionSpec, StreamName, Streams } from './contract.ts';
import { ownHello, skewBetween, skewError } from './versions.ts';

/** A program whose streams are ours, in the agent's hands. */
export type AgentSession = {
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /** Silent with a terminal. */
  readonly stderr: Readable;
  resize(size: { readonly columns: number; readonly rows: number }): Promise<void>;
  signal(name: string): Promise<void>;
  /** Once it has ended and all it said has been handed over. */
  readonly exit: Promise<number>;
};

type Pending = { readonly resolve: (result: unknown) => void; readonly reject: (error: MusterError) => void };

export class AgentClient {
  /** Who is on the other side. */
  readonly agent: Hello;
  readonly #connection: Connection;
  readonly #pending: Map<number, Pending>;
  #lastId = 0;

  private constructor(agent: Hello, connection: Connection, pending: Map<number, Pending>) {
    this.agent = agent;
    this.#connection = connection;
    this.#pending = pending;
  }

  /** Takes over the duplex. Rejects with AGENT_LOST when nobody answers as an agent does, AGENT_VERSION when it can't be understood. */
  static async over(duplex: Duplex, own: Hello = ownHello()): Promise<AgentClient> {
    const client = await AgentClient.greet(duplex, own);
    const skew = skewBetween(own, client.agent);
    if (skew === 'none') return client;
    client.close();
    throw skewError(skew, own, client.agent);
  }

  /** As `over`, also with an agent that can't be understood: one that is older hears nothing but `handOver`. */
  static async greet(duplex: Duplex, own: Hello): Promise<AgentClient> {
    const pending = new Map<number, Pending>();
    let connection!: Connection;
    const agent = await new Promise<Hello>((resolve, reject) => {
      connection = new Connection(duplex, {
        hello: resolve,
        message: (message) => answer(pending, message),
        closed: (error) => {
          reject(error);
          for (const { reject: fail } of pending.values()) fail(error);
          pending.clear();
        },
      });
      connection.send(own);
    });
    return new AgentClient(agent, connection, pending);
  }

  /** One request, one answer. An aborted signal stops the waiting; the agent finishes what it began. */
  call<Name extends CallName>(
    method: Name,
    params: Calls[Name]['params'],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Calls[Name]['result']> {
    return this.#ask(method, params, (result) => result as Calls[Name]['result'], options.signal);
  }

  /** Batches until the agent has no more, the signal fires, or the loop is left. */
  async *stream<Name extends StreamName>(
    method: Name,
    params: Streams[Name]['params'],
    signal?: AbortSignal,
  ): AsyncGenerator<readonly Streams[Name]['item'][], void, undefined> {
    const incoming = await this.#ask(
      method,
      params,
      (result) => this.#connection.read((result as { stream: number }).stream),
      signal,
    );
    const stopListening = onAbort(signal, () => incoming.cancel());
    try {
      for await (const line of linesOf(incoming)) yield JSON.parse(line) as Streams[Name]['item'][];
    } finally {
      stopListening();
      incoming.cancel();
    }
  }

  exec(id: string, spec: SessionSpec): Promise<AgentSession> {
    return this.#ask('exec', { id, spec }, (result) => this.#session(result as SessionOpened));
  }

  attach(id: string, options: { readonly stdin: boolean }): Promise<AgentSession> {
    return this.#ask('attach', { id, ...options }, (result) => this.#session(result as SessionOpened));
  }

  close(): void {
    this.#connection.close();
  }

  /** `take` runs while the answer is being handled: streams that it names are being read before their first byte. */
  #ask<Result>(
    method: CallName | StreamName,
    params: unknown,
    take: (result: unknown) => Result,
    signal?: AbortSignal,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#connection.isClosed) {
        reject(new MusterError('AGENT_LOST', 'the connection to the agent has ended', { hint: 'run the command again' }));
        return;
      }
      if (signal?.aborted === true) {
        reject(cancelledBy(signal));
        return;
      }
      const id = ++this.#lastId;
      const stopListening = onAbort(signal, (error) => {
        // Its answer, should it come, names streams that nobody reads: say so.
        this.#pending.set(id, { resolve: (result) => this.#decline(result), reject: () => {} });
        reject(error);
      });
      this.#pending.set(id, {
        resolve: (result) => {
          stopListening();
          resolve(take(result));
        },
        reject: (error) => {
          stopListening();
          reject(error);
        },
      });
      this.#connection.send({ type: 'request', id, method, params });
    });
  }

  #decline(result: unknown): void {
    const { stream, stdout, stderr } = result as { stream?: number; stdout?: number; stderr?: number | null };
    for (const id of [stream, stdout, stderr]) if (typeof id === 'number') this.#connection.read(id).cancel();
  }

  #session({ session, stdin, stdout, stderr }: SessionOpened): AgentSession {
    const output = readable(this.#connection.read(stdout));
    const errors = stderr === null ? NodeReadable.from([]) : readable(this.#connection.read(stderr));
    if (stderr === null) errors.resume();
    const exit = this.call('sessionWait', { session }).then(({ exitCode }) => exitCode);
    // Whoever waits for it gets the error; that nobody does must not end the program.
    exit.catch(() => {});
    return {
      stdin: stdin === null ? null : writable(this.#connection.write(stdin)),
      stdout: output,
      stderr: errors,
      resize: async (size) => void (await this.call('sessionResize', { session, ...size })),
      signal: async (name) => void (await this.call('sessionSignal', { session, signal: name })),
      exit,
    };
  }
}

function answer(pending: Map<number, Pending>, message: Message): void {
  if (message.type === 'request') return;
  const waiting = pending.get(message.id);
  pending.delete(message.id);
  if (message.type === 'response') waiting?.resolve(message.result);
  else waiting?.reject(errorOf(message.failure));
}

/** A code that this version does not know is an agent's that is newer: its words say what happened. */
export function errorOf({ code, message, hint }: Failure): MusterError {
  const known = errorCodes.includes(code as ErrorCode) ? (code as ErrorCode) : 'STEP_FAILED';
  return new MusterError(known, message, hint === undefined ? {} : { hint });
}

/** Batches are lines of JSON: a line break never stands inside one. */
async function* linesOf(incoming: Incoming): AsyncGenerator<string> {
  const lineEnd = 10;
  let started: Buffer[] = [];
  for await (const chunk of incoming) {
    let from = 0;
    for (let at = chunk.indexOf(lineEnd); at !== -1; at = chunk.indexOf(lineEnd, from)) {
      started.push(chunk.subarray(from, at));
      yield Buffer.concat(started).toString('utf8');
      started = [];
      from = at + 1;
    }
    if (from < chunk.length) started.push(chunk.subarray(from));
  }
}

function readable(incoming: Incoming): Readable {
  return NodeReadable.from(incoming, { objectMode: false });
}

function writable(outgoing: Outgoing): Writable {
  const stream = new Writable({
    // That nobody reads any more is no failure: a program need not want its input.
    write: (chunk: Buffer, _encoding, done) => void writeThen(outgoing, chunk, done),
    final(done) {
      outgoing.end();
      done();
    },
  });
  outgoing.onStop = () => stream.destroy();
  return stream;
}

async function writeThen(outgoing: Outgoing, chunk: Buffer, done: () => void): Promise<void> {
  await outgoing.write(chunk);
  done();
}

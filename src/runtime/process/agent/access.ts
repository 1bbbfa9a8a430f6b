// The way to the agent of one user on one host: opened when first needed, opened again when the agent was replaced by another.

import { AgentClient } from '#api/agent/client.ts';
import type { CallName, Calls, StreamName, Streams } from '#api/agent/contract.ts';
import { untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';

export type AgentDoor = {
  /** Starts an agent when there is none. */
  readonly open: (signal: AbortSignal) => Promise<AgentClient>;
  /** null: there is none, and nothing that one would know of. */
  readonly openIfAny: (signal: AbortSignal) => Promise<AgentClient | null>;
};

type Options = { readonly signal?: AbortSignal };

export class AgentAccess {
  readonly #door: AgentDoor;
  #client: Promise<AgentClient> | null = null;
  /** Opening may take long, on a far host that gets its agent first: who closes does not wait for that. */
  readonly #closing = new AbortController();

  constructor(door: AgentDoor) {
    this.#door = door;
  }

  /** The agent may be killed at any moment; the next one knows all that it knew. Every call is safe to repeat, so it is repeated once. */
  async call<Name extends CallName>(
    method: Name,
    params: Calls[Name]['params'],
    options: Options = {},
  ): Promise<Calls[Name]['result']> {
    const client = await untilAborted(this.client(), options.signal);
    try {
      return await client.call(method, params, options);
    } catch (error) {
      if (!isLost(error)) throw error;
      this.#forget();
      return (await this.client()).call(method, params, options);
    }
  }

  /** As `call`, for who only looks: `empty` when there is no agent and nothing for one to know. */
  async look<Name extends CallName>(
    method: Name,
    params: Calls[Name]['params'],
    empty: Calls[Name]['result'],
    options: Options = {},
  ): Promise<Calls[Name]['result']> {
    if (this.#client === null) {
      const opening = this.#door.openIfAny(this.#closing.signal);
      const client = await untilAborted(opening, options.signal).catch((error: unknown) => {
        void opening.then(
          (late) => late?.close(),
          () => {},
        );
        throw error;
      });
      if (client === null) return empty;
      this.#client ??= Promise.resolve(client);
    }
    return this.call(method, params, options);
  }

  async *stream<Name extends StreamName>(
    method: Name,
    params: Streams[Name]['params'],
    signal: AbortSignal,
  ): AsyncGenerator<readonly Streams[Name]['item'][]> {
    try {
      yield* (await this.client()).stream(method, params, signal);
    } catch (error) {
      if (isLost(error)) this.#forget();
      throw error;
    }
  }

  client(): Promise<AgentClient> {
    this.#client ??= this.#door.open(this.#closing.signal).catch((error: unknown) => {
      this.#client = null;
      throw error;
    });
    return this.#client;
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    this.#closing.abort();
    // One that could not be opened has told whoever asked.
    await client?.then(
      (open) => open.close(),
      () => undefined,
    );
  }

  #forget(): void {
    this.#client = null;
  }
}

export const isLost = (error: unknown): boolean => error instanceof MusterError && error.code === 'AGENT_LOST';

// Connects to the agent, and starts it when there is none.

import type { Duplex } from 'node:stream';
import { MusterError } from '#lib/errors.ts';
import { AgentClient } from './client.ts';

export type Reach = {
  /** To the agent's socket; rejects with ENOENT or ECONNREFUSED while nobody listens. */
  readonly connect: () => Promise<Duplex>;
  /** Starts an agent that outlives us; several at once are fine: one wins, the others end. null: don't. */
  readonly launch: (() => Promise<void>) | null;
  readonly signal?: AbortSignal;
};

/** How long a start may take on a machine that is very busy. */
const patienceMs = 20_000;

/** null when there is no agent and none was to be started. */
export async function reachAgent({ connect, launch, signal }: Reach): Promise<AgentClient | null> {
  const there = await tryAgent(connect);
  if (there instanceof AgentClient) return there;
  if (launch === null) return null;

  await launch();
  const until = performance.now() + patienceMs;
  for (let pauseMs = 4; ; pauseMs = Math.min(pauseMs * 1.5, 100)) {
    signal?.throwIfAborted();
    const client = await tryAgent(connect);
    if (client instanceof AgentClient) return client;
    if (performance.now() > until)
      throw new MusterError('AGENT_ABSENT', 'the agent that runs native processes does not start', {
        hint: 'its own messages are in agent.log beside its state: ~/.local/state/muster/agent/agent.log',
        cause: client.cause,
      });
    await new Promise((resolve) => {
      setTimeout(resolve, pauseMs);
    });
  }
}

/** Nobody listens, or whoever did is just ending: both mean that there is none. */
async function tryAgent(connect: Reach['connect']): Promise<AgentClient | { readonly cause: unknown }> {
  try {
    return await AgentClient.over(await connect());
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'AGENT_LOST')
      return { cause };
    throw cause;
  }
}

// Connects to the agent, and starts it when there is none.

import type { Duplex } from 'node:stream';
import { MusterError } from '#lib/errors.ts';
import { AgentClient } from './client.ts';
import type { Hello } from './contract.ts';
import type { AgentStart } from './places.ts';
import { takeOver } from './take-over.ts';
import { isOutdated, ownHello, skewBetween, skewError } from './versions.ts';

export type Reach = {
  /** To the agent's socket; rejects with ENOENT or ECONNREFUSED while nobody listens. */
  readonly connect: () => Promise<Duplex>;
  /** To one that was started by who expects the socket in another place; null: there is none. */
  readonly connectElsewhere?: () => Promise<Duplex | null>;
  /** Starts an agent that outlives us; several at once are fine: one wins, the others end. */
  readonly launch: (start: AgentStart) => Promise<void>;
  /** One is started where there is none. */
  readonly isNeeded: boolean;
  /** Of this command, if not this muster's. */
  readonly own?: Hello;
  readonly signal?: AbortSignal;
};

/** How long a start may take on a machine that is very busy. */
const patienceMs = 20_000;

/** null when there is no agent and none was to be started. An agent of an older muster is replaced first, unless it refuses. */
export async function reachAgent(reach: Reach): Promise<AgentClient | null> {
  const { own = ownHello() } = reach;
  let there = await firstReached(reach);
  for (let turns = 0; there !== null && turns < mostTurns && isOutdated(there.agent, own); turns++) {
    const old: AgentClient = there;
    const taken = await takeOver(old, reach);
    if (taken === 'refused') break;
    there = taken === 'done' ? await untilThere(reach, old.agent) : await firstReached(reach);
  }
  const skew = there === null ? 'none' : skewBetween(own, there.agent);
  if (there === null || skew === 'none') return there;
  there.close();
  throw skewError(skew, own, there.agent);
}

/** Once is enough, unless commands of several musters begin at the same moment. */
const mostTurns = 5;

async function firstReached(reach: Reach): Promise<AgentClient | null> {
  const there = await tryAgent(reach);
  if (there instanceof AgentClient) return there;
  if (!reach.isNeeded) return null;
  await reach.launch({ after: null });
  return untilThere(reach);
}

/** `gone`: one that is ending and may still be reached. */
async function untilThere(reach: Reach, gone?: Hello): Promise<AgentClient> {
  const until = performance.now() + patienceMs;
  for (let pauseMs = 4; ; pauseMs = Math.min(pauseMs * 1.5, 100)) {
    reach.signal?.throwIfAborted();
    const client = await tryAgent(reach);
    if (client instanceof AgentClient && client.agent.pid !== gone?.pid) return client;
    if (client instanceof AgentClient) client.close();
    if (performance.now() > until)
      throw new MusterError('AGENT_ABSENT', 'the agent that runs native processes does not start', {
        hint: 'its own messages are in agent.log beside its state: ~/.local/state/muster/agent/agent.log',
        cause: client instanceof AgentClient ? undefined : client.cause,
      });
    await new Promise((resolve) => {
      setTimeout(resolve, pauseMs);
    });
  }
}

type Missed = { readonly cause: unknown };

async function tryAgent({ connect, connectElsewhere, own = ownHello() }: Reach): Promise<AgentClient | Missed> {
  const there = await tryAt(connect, own);
  if (there instanceof AgentClient || connectElsewhere === undefined) return there;
  const elsewhere = await tryAt(connectElsewhere, own);
  return elsewhere instanceof AgentClient ? elsewhere : there;
}

/** Nobody listens, or whoever did is just ending: both mean that there is none. */
async function tryAt(connect: () => Promise<Duplex | null>, own: Hello): Promise<AgentClient | Missed> {
  try {
    const connection = await connect();
    return connection === null ? { cause: undefined } : await AgentClient.greet(connection, own);
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'AGENT_LOST')
      return { cause };
    throw cause;
  }
}

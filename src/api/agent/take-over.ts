// A newer muster's agent in the place of an older one's. Nothing that runs notices: the next agent takes over what the last has left.

import { MusterError } from '#lib/errors.ts';
import type { AgentClient } from './client.ts';
import type { Reach } from './reach.ts';

/** `refused`: somebody is in the middle of an exec or attach that would end with it. `gone`: it was ending already. */
export type TakenOver = 'done' | 'refused' | 'gone';

export async function takeOver(old: AgentClient, { launch }: Pick<Reach, 'launch'>): Promise<TakenOver> {
  try {
    await old.call('handOver', { force: false, onlyAsk: true });
    // First the successor, which waits: commands of the older muster start an agent as soon as they miss theirs, and would be faster.
    await launch({ after: old.agent.pid });
    await old.call('handOver', { force: false });
    old.close();
    return 'done';
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return error.code === 'AGENT_LOST' ? 'gone' : 'refused';
  }
}

// How a replica fares in Docker's words, whatever the runtime: "Up 2 minutes (healthy)", "Exited (3) 5 seconds ago".

import type { Replica } from '#api/agent/contract.ts';
import { humanDuration } from '#lib/human.ts';

type Facts = Pick<Replica, 'state' | 'health' | 'exitCode' | 'startedAt' | 'finishedAt'>;

/** `now`: Unix milliseconds. Another machine's clock may be ahead of ours: nothing is in the future. */
export function statusText({ state, health, exitCode, startedAt, finishedAt }: Facts, now: number): string {
  const since = (moment: number | null): string => humanDuration(Math.max(0, now - (moment ?? now)) / 1000);
  switch (state) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${since(startedAt)}${healthWords[health]}`;
    case 'paused':
      return `Up ${since(startedAt)}${healthWords[health]} (Paused)`;
    case 'restarting':
      return `Restarting (${exitCode ?? 0}) ${since(finishedAt)} ago`;
    case 'exited':
      return `Exited (${exitCode ?? 0}) ${since(finishedAt)} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
    case 'unknown':
      return 'Unknown';
  }
}

const healthWords: Readonly<Record<Replica['health'], string>> = {
  none: '',
  starting: ' (health: starting)',
  healthy: ' (healthy)',
  unhealthy: ' (unhealthy)',
};

// The engine's list says in words what only an inspect says in fields: "Up 2 minutes (healthy)", "Exited (3) 5 seconds ago",
// "Restarting (1) 2 seconds ago", "Up 1 second (health: starting)", "Created", "Dead", "Removal In Progress".

import type { Health, ReplicaState } from '#model/observed.ts';

export type StatusFacts = { readonly health: Health; readonly exitCode: number | null };

export function readStatus(text: string): StatusFacts {
  return { health: healthIn(text), exitCode: exitCodeIn(text) };
}

const states: ReadonlySet<string> = new Set(['created', 'running', 'restarting', 'paused', 'removing', 'exited', 'dead']);

/** A word that we do not know is no guess of ours. */
export function stateOf(word: string): ReplicaState {
  // The set holds exactly the words of the type.
  return states.has(word) ? (word as ReplicaState) : 'unknown';
}

/** The word that an inspect has; absent without a health check. */
export function healthOf(word: string | undefined): Health {
  return word === 'starting' || word === 'healthy' || word === 'unhealthy' ? word : 'none';
}

function healthIn(text: string): Health {
  // Only what runs has a health; the words stand at the end, possibly before "(Paused)".
  if (!text.startsWith('Up ')) return 'none';
  if (text.includes('(health: starting)')) return 'starting';
  if (text.includes('(unhealthy)')) return 'unhealthy';
  return text.includes('(healthy)') ? 'healthy' : 'none';
}

function exitCodeIn(text: string): number | null {
  const match = /^(?:Exited|Restarting) \((-?\d+)\)/.exec(text);
  return match === null ? null : Number(match[1]);
}

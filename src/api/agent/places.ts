import { createHash } from 'node:crypto';
import { join } from 'node:path';

export type AgentPlaces = {
  /** What it keeps: a folder per replica. */
  readonly directory: string;
  readonly socket: string;
};

/**
 * Where the agent of a state directory keeps things, and where it is reached. The socket stands in the runtime directory, which is short
 * (a socket's path ends at 107 bytes) and on tmpfs; its name tells the agents of two state directories apart.
 */
export function agentPlaces(at: { readonly stateDirectory: string; readonly runtimeDirectory: string }): AgentPlaces {
  const directory = join(at.stateDirectory, 'agent');
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  return { directory, socket: join(at.runtimeDirectory, `agent-${name}.sock`) };
}

export type AgentStart = {
  /** Process id of the agent whose end it waits for, so as to come before any that is started meanwhile; null: there is none. */
  readonly after: number | null;
};

/** Holds the socket's path while an agent listens: sudo, cron and a login have one state directory and several runtime directories. */
export const addressFile = (directory: string): string => join(directory, 'socket-path');

/** Of V8, in MB: what a thousand services take in passing is mostly young, and hardly any of it is ever given back. */
const smallYoungGeneration = '--max-semi-space-size=1';

/** What starts an agent; it ends by itself when nothing is left. `program` is how muster is run: Node.js, and what it runs. */
export function agentCommand(
  program: readonly [string, ...string[]],
  places: AgentPlaces,
  { after }: AgentStart,
): [string, ...string[]] {
  const words = ['agent', '--directory', places.directory, '--socket', places.socket];
  const [runner, ...main] = program;
  return [runner, smallYoungGeneration, ...main, ...words, ...(after === null ? [] : ['--after', String(after)])];
}

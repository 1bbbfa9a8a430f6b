// Where the agent is reached, and how one is started where there is none.

import type { Duplex } from 'node:stream';
import type { AgentClient } from '#api/agent/client.ts';
import { type AgentPlaces, type AgentStart, addressFile, agentCommand, agentPlaces } from '#api/agent/places.ts';
import { reachAgent } from '#api/agent/reach.ts';
import type { Host } from '#host/host.ts';
import { MusterError } from '#lib/errors.ts';
import type { AgentDoor } from './access.ts';
import { agentEnvironment } from '../base-environment.ts';
import type { Environment } from '../setting.ts';
import { type Program, installedProgram } from './install.ts';

export type DoorQuestion = {
  readonly host: Host;
  readonly stateDirectory: () => Promise<string>;
  readonly runtimeDirectory: () => Promise<string>;
  readonly program: Program;
  /** Of this program. */
  readonly environment: Environment;
};

export function agentDoor(question: DoorQuestion): AgentDoor {
  return {
    // Never null: one that does not start is an error of its own.
    open: async (signal) => (await reach(question, { places: await placesOf(question), isNeeded: true, signal })) as AgentClient,
    openIfAny: async (signal) => {
      const places = await placesOf(question);
      // An agent that was killed left folders of replicas; one that never was left nothing.
      return reach(question, { places, isNeeded: await question.host.exists(places.directory), signal });
    },
  };
}

async function placesOf({ stateDirectory, runtimeDirectory }: DoorQuestion): Promise<AgentPlaces> {
  return agentPlaces({ stateDirectory: await stateDirectory(), runtimeDirectory: await runtimeDirectory() });
}

type Visit = { readonly places: AgentPlaces; readonly isNeeded: boolean; readonly signal: AbortSignal };

async function reach(question: DoorQuestion, { places, isNeeded, signal }: Visit): Promise<AgentClient | null> {
  const { host } = question;
  try {
    return await reachAgent({
      connect: () => host.connect({ unix: places.socket }),
      connectElsewhere: () => connectElsewhere(host, places),
      launch: (how) => start(question, places, { ...how, signal }),
      isNeeded,
      signal,
    });
  } catch (error) {
    throw error instanceof MusterError && error.code === 'AGENT_ABSENT' ? await withLastWords(error, host, places) : error;
  }
}

async function connectElsewhere(host: Host, { directory, socket }: AgentPlaces): Promise<Duplex | null> {
  const said = await host.readFile(addressFile(directory)).then(String, () => '');
  return said === '' || said === socket ? null : host.connect({ unix: said });
}

const logOf = ({ directory }: AgentPlaces): string => `${directory}/agent.log`;

/** What the agent said before it went tells more than that it did. */
async function withLastWords(absence: MusterError, host: Host, places: AgentPlaces): Promise<MusterError> {
  const log = logOf(places);
  const said = await host.readFile(log).catch(() => Buffer.alloc(0));
  const words = said.toString('utf8').trim().split('\n').slice(-5).join(' | ').slice(-500);
  const where = host.location === 'local' ? log : `${log} on ${host.location}`;
  if (words === '') return absence;
  return new MusterError('AGENT_ABSENT', `${absence.message}: ${words}`, {
    hint: `all that it said is in ${where}`,
    cause: absence,
  });
}

/** Two at once are fine: the agent that comes second leaves. */
async function start(
  question: DoorQuestion,
  places: AgentPlaces,
  how: AgentStart & { readonly signal: AbortSignal },
): Promise<void> {
  try {
    await launch(question, places, how);
  } catch (error) {
    if (error instanceof MusterError) throw error;
    const { location } = question.host;
    throw new MusterError('AGENT_ABSENT', `no agent can be started on ${location}: ${(error as Error).message}`, {
      hint: `it keeps what it knows in ${places.directory}: is there room, and may your user write there?`,
      cause: error,
    });
  }
}

async function launch(
  question: DoorQuestion,
  places: AgentPlaces,
  { signal, ...how }: AgentStart & { readonly signal: AbortSignal },
): Promise<void> {
  const { host, program, environment } = question;
  const stateDirectory = await question.stateDirectory();
  for (const path of [stateDirectory, await question.runtimeDirectory(), places.directory])
    await host.makeDirectory(path, { mode: 0o700 });
  const isLocal = host.location === 'local';
  const command = isLocal ? program.local : await installedProgram(host, stateDirectory, program, signal);
  const log = logOf(places);
  await host.launch({
    argv: agentCommand(command, places, how),
    cwd: '/',
    ...(isLocal ? { env: agentEnvironment(environment) } : {}),
    stdout: log,
    stderr: log,
  });
}

// The process runtime: programs of a host, run as they are and looked after by a small resident agent of the same user. docs/guide/native.md

import type { Host } from '#host/host.ts';
import { once } from '#lib/once.ts';
import type { RuntimePlace, RuntimeTraits } from '#model/runtime-traits.ts';
import type { Runtime } from '../runtime.ts';
import { AgentAccess } from './agent/access.ts';
import { agentDoor } from './agent/door.ts';
import { Memory } from './memory.ts';
import { observe } from './observe/observe.ts';
import type { Environment, ProcessSetting } from './setting.ts';

export const runtimeKind = 'process';

export type ProcessRuntimeOptions = {
  /** Where programs run. */
  readonly host: Host;
  /** Where a project uses several hosts: `process@ssh://deploy@web1`; the kind unless given. */
  readonly name?: string;
  /** Where its ports are; absent: on this machine. */
  readonly place?: RuntimePlace;
  /** On that host; what it says of itself unless given. */
  readonly stateDirectory?: string;
  readonly runtimeDirectory?: string;
  /** Of this program. */
  readonly environment: Environment;
  /** How this machine runs muster, for starting the agent: `[node, main]`. */
  readonly program: readonly [string, ...string[]];
};

/** Asks nothing yet and starts nothing: an agent is started by what needs one. */
export function processRuntime(options: ProcessRuntimeOptions): Runtime {
  const { host, environment, name = runtimeKind } = options;
  const facts = once(() => host.facts());
  const stateDirectory = async (): Promise<string> => options.stateDirectory ?? (await facts()).stateDirectory;
  const runtimeDirectory = async (): Promise<string> => options.runtimeDirectory ?? (await facts()).runtimeDirectory;
  const agent = new AgentAccess(
    agentDoor({ host, stateDirectory, runtimeDirectory, program: { local: options.program }, environment }),
  );
  const setting: ProcessSetting = {
    name,
    host,
    environment,
    agent,
    memory: new Memory(),
    facts,
    stateDirectory,
    runtimeDirectory,
  };
  return {
    kind: runtimeKind,
    name,
    traits: { ...traits, ...(options.place === undefined ? {} : { place: options.place }) },
    location: host.location,
    identity: async (query) => (await import('./identity.ts')).agentIdentity(setting, query),
    observe: (query) => observe(setting, query),
    projects: async (query) => (await import('./observe/projects.ts')).projects(setting, query),
    perform: async (step, context) => (await performing()).perform(setting, step, context),
    tellNames: async (project, names, query) =>
      (await import('./perform/tell-names.ts')).tellNames(setting, project, names, query),
    async *logs(replica, query) {
      yield* (await import('./stream/logs.ts')).logs(setting, replica, query);
    },
    async *events(query) {
      yield* (await import('./stream/events.ts')).events(setting, query);
    },
    exec: async (replica, query) => (await import('./stream/exec.ts')).exec(setting, replica, query),
    attach: async (replica, query) => (await import('./stream/attach.ts')).attach(setting, replica, query),
    run: async (service, context, query) => (await import('./stream/run.ts')).runOneOff(setting, service, context, query),
    images: () => Promise.resolve([]),
    processes: async (replicas, query) => (await import('./observe/processes.ts')).processes(setting, replicas, query),
    close: () => agent.close(),
  };
}

/** An import is quick the second time, and yet not free: there may be thousands of steps. */
const performing = once(() => import('./perform/perform.ts'));

/** Each waits for its agent, which does many together for little more than one. */
const traits: RuntimeTraits = { images: false, networks: false, volumes: true, concurrency: 256 };

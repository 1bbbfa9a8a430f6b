// The Docker runtime: containers of a Docker Engine (or of Podman behind the Engine API).

import type { Environment } from '#engine/docker-config.ts';
import type { Engine } from '#engine/engine.ts';
import type { Host } from '#host/host.ts';
import type { RuntimePlace } from '#model/runtime-traits.ts';
import type { Runtime } from '../runtime.ts';
import { Memory } from './memory.ts';
import { observe } from './observe/observe.ts';
import { runtimeKind } from './observe/replica.ts';
import { EventWatch } from './perform/event-watch.ts';
import type { DockerSetting } from './setting.ts';
import { dockerTraits } from './traits.ts';

export type DockerRuntimeOptions = {
  readonly engine: Engine;
  /** The machine that we run on: staged files are written there. */
  readonly host: Host;
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
  /** The process environment: where Docker's configuration is. */
  readonly environment: Environment;
  /** Where a project uses several engines; the kind unless given. */
  readonly name?: string;
  /** Where the engine is, unless it is this machine. */
  readonly place?: RuntimePlace;
};

/** Asks the engine nothing yet. What only some commands need is loaded when they need it. */
export function dockerRuntime(options: DockerRuntimeOptions): Runtime {
  const { engine } = options;
  const watches = new Map<string, EventWatch>();
  const setting: DockerSetting = {
    ...options,
    name: options.name ?? runtimeKind,
    memory: new Memory(),
    watch(project) {
      let watch = watches.get(project);
      if (watch === undefined) watches.set(project, (watch = new EventWatch(engine, project)));
      return watch;
    },
  };
  return {
    kind: runtimeKind,
    name: setting.name,
    traits: options.place === undefined ? dockerTraits : { ...dockerTraits, place: options.place },
    location: engine.endpoint,
    identity: async (query) => (await import('./identity.ts')).engineIdentity(engine, query),
    observe: (query) => observe(setting, query),
    projects: async (query) => (await import('./observe/projects.ts')).projects(setting, query),
    perform: async (step, context) => (await import('./perform/perform.ts')).perform(setting, step, context),
    async *logs(replica, query) {
      yield* (await import('./stream/logs.ts')).logs(setting, replica, query);
    },
    async *events(query) {
      yield* (await import('./stream/events.ts')).events(setting, query);
    },
    exec: async (replica, query) => (await import('./stream/exec.ts')).exec(setting, replica, query),
    putFiles: async (replica, files, query) => (await import('./stream/put-files.ts')).putFiles(setting, replica, files, query),
    attach: async (replica, query) => (await import('./stream/attach.ts')).attach(setting, replica, query),
    run: async (service, context, query) => (await import('./stream/run.ts')).runOneOff(setting, service, context, query),
    images: async (replicas) => (await import('./observe/image-summaries.ts')).imageSummaries(setting, replicas),
    processes: async (replicas, query) => (await import('./observe/processes.ts')).processes(setting, replicas, query),
    close: () => {
      engine.close();
      return Promise.resolve();
    },
  };
}

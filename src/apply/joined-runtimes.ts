// All runtimes of a project as one, for those who look and change nothing. One that can't be reached is told of once and left out.

import { MusterError } from '#lib/errors.ts';
import { mergeStreams } from '#lib/merge-streams.ts';
import type { RuntimeEvent } from '#model/event.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { ProjectSummary, Runtime } from '#runtime/runtime.ts';
import { observeAll } from './observe-all.ts';

export type Readable = Pick<Runtime, 'observe' | 'projects' | 'logs' | 'events' | 'exec' | 'attach' | 'images' | 'processes'>;

export type OnLost = (runtime: Runtime, error: MusterError) => void;

export function joinRuntimes(all: readonly Runtime[], onLost: OnLost): Readable {
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0) return only;
  const reached = new Reached(all, onLost);
  return {
    observe: (query) => observeAll(reached.runtimes, { ...query, onLost: (runtime, error) => reached.lose(runtime, error) }),
    projects: async (options) => summed(await reached.ask((runtime) => runtime.projects(options))),
    async *events(options) {
      yield* mergeStreams(reached.runtimes.map((runtime) => reached.events(runtime, options)));
    },
    logs: (replica, options) => reached.carrierOf(replica).logs(replica, options),
    exec: (replica, options) => reached.carrierOf(replica).exec(replica, options),
    attach: (replica, options) => reached.carrierOf(replica).attach(replica, options),
    images: (replicas) => reached.askCarriers(replicas, (runtime, own) => runtime.images(own)),
    processes: (replicas, options) => reached.askCarriers(replicas, (runtime, own) => runtime.processes(own, options)),
  };
}

class Reached {
  runtimes: readonly Runtime[];
  readonly #onLost: OnLost;
  #lastError: MusterError | null = null;

  constructor(runtimes: readonly Runtime[], onLost: OnLost) {
    this.runtimes = runtimes;
    this.#onLost = onLost;
  }

  carrierOf(replica: ObservedReplica): Runtime {
    const runtime = this.runtimes.find(({ name }) => name === replica.runtime);
    if (runtime === undefined) throw new Error(`${replica.name} is on ${replica.runtime}, which was not looked at`);
    return runtime;
  }

  lose(runtime: Runtime, error: MusterError): void {
    if (!this.runtimes.includes(runtime)) return;
    this.#lastError = error;
    this.runtimes = this.runtimes.filter((each) => each !== runtime);
    if (this.runtimes.length > 0) this.#onLost(runtime, error);
  }

  /** Each about its own. */
  async askCarriers<Answer>(
    replicas: readonly ObservedReplica[],
    question: (runtime: Runtime, own: readonly ObservedReplica[]) => Promise<readonly Answer[]>,
  ): Promise<Answer[]> {
    const byRuntime = Map.groupBy(replicas, (replica) => this.carrierOf(replica));
    return (await Promise.all([...byRuntime].map(([runtime, own]) => question(runtime, own)))).flat();
  }

  /** What those answer that do. Rejects when none does. */
  async ask<Answer>(question: (runtime: Runtime) => Promise<Answer>): Promise<Answer[]> {
    const answers = await Promise.all(
      this.runtimes.map(async (runtime) => {
        try {
          return [await question(runtime)];
        } catch (error) {
          this.#loseFor(runtime, error);
          return [];
        }
      }),
    );
    if (this.runtimes.length === 0 && this.#lastError !== null) throw this.#lastError;
    return answers.flat();
  }

  /** Ends when the runtime is lost while others are there. */
  async *events(runtime: Runtime, options: Parameters<Runtime['events']>[0]): AsyncGenerator<RuntimeEvent, void> {
    try {
      yield* runtime.events(options);
    } catch (error) {
      if (options.signal.aborted) throw error;
      this.#loseFor(runtime, error);
      if (this.runtimes.length === 0) throw error;
    }
  }

  #loseFor(runtime: Runtime, error: unknown): void {
    if (!(error instanceof MusterError) || error.code === 'CANCELLED') throw error;
    this.lose(runtime, error);
  }
}

/** Parts of one project add up. */
function summed(lists: readonly (readonly ProjectSummary[])[]): ProjectSummary[] {
  const byName = Map.groupBy(lists.flat(), ({ name }) => name);
  return [...byName].map(([name, parts]) => ({
    name,
    replicas: parts.map(({ replicas }) => replicas).reduce(addStates),
    configFiles: [...new Set(parts.flatMap(({ configFiles }) => configFiles))],
  }));
}

function addStates(one: ProjectSummary['replicas'], other: ProjectSummary['replicas']): ProjectSummary['replicas'] {
  const sum: Record<string, number> = { ...one };
  for (const [state, count] of Object.entries(other)) sum[state] = (sum[state] ?? 0) + count;
  return sum;
}

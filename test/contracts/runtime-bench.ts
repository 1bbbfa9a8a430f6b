// What the runtime contract works with: projects, steps and contexts, made by hand so that nothing but the runtime is tested.

import { createHash } from 'node:crypto';
import type { ObservedReplica } from '#model/observed.ts';
import type { Step, StepKind, StepOptions, Subject } from '#model/plan.ts';
import { replicaName } from '#model/names.ts';
import { emptyProject } from '#model/empty-project.test-support.ts';
import type { FileObject, Project, Service } from '#model/project.ts';
import type { SourceContent, SourceKey } from '#model/sources.ts';
import type { PerformContext, Runtime, StepOutcome } from '#runtime/runtime.ts';

export type MadeRuntime = {
  readonly runtime: Runtime;
  /** Another object for the same place, as another process would have it. */
  another(): Runtime;
  /** A service of this kind that runs a POSIX shell script; `fields` are Compose's own. */
  service(script: string, fields?: Partial<Service>): Service;
  /** A folder for one test, as its services see it: empty, and no other test's. */
  folder(): string;
  /** Networks that such services are on, by key; {} for runtimes without. */
  networks(project: string): Project['networks'];
  /** Where a program finds a secret that is mounted as /run/secrets/<name>: a word of shell. */
  secretPath(name: string): string;
  /** Removes whatever a test left behind. */
  removeProjects(projects: readonly string[]): Promise<void>;
  close(): Promise<void>;
};

export type Files = {
  readonly secrets?: Readonly<Record<string, FileObject>>;
  readonly contents?: Readonly<Record<SourceKey, string>>;
};

let projects = 0;

/** One project on one runtime, with the verbs of a plan as methods. */
export class Bench {
  readonly made: MadeRuntime;
  readonly project: Project;
  readonly #sources: ReadonlyMap<SourceKey, SourceContent>;
  readonly #abort = new AbortController();
  #networks: Promise<void> | null = null;

  constructor(made: MadeRuntime, services: Readonly<Record<string, Service>>, files: Files = {}) {
    this.made = made;
    this.project = projectOf(made, `runtimec${process.pid}n${++projects}`, services, files.secrets ?? {});
    this.#sources = new Map(
      Object.entries(files.contents ?? {}).map(([key, text]) => [
        key as SourceKey,
        { bytes: Buffer.from(text), digest: createHash('sha256').update(text).digest('hex') },
      ]),
    );
  }

  get name(): string {
    return this.project.name;
  }

  /** The same project with other services: what an edited file would be. */
  edited(services: Readonly<Record<string, Service>>): Project {
    return { ...this.project, services, configHashes: hashesOf(services) };
  }

  abort(): void {
    this.#abort.abort();
  }

  context(project = this.project, signal: AbortSignal = this.#abort.signal): PerformContext {
    const hashes = Object.entries(project.configHashes).map(([service, hash]) => [service, `v1:${hash}`]);
    return {
      project,
      sources: this.#sources,
      musterHashes: Object.fromEntries(hashes),
      signal,
      progress: () => {},
      output: () => {},
    };
  }

  perform(kind: StepKind, subject: Subject, options: StepOptions = {}, context = this.context()): Promise<StepOutcome> {
    return this.made.runtime.perform(stepOf(kind, subject, options, this.made.runtime.name), context);
  }

  replica(service: string, number = 1, id: string | null = null): Extract<Subject, { type: 'replica' }> {
    return { type: 'replica', service, number, name: replicaName(this.name, service, number), id };
  }

  /** Once, however many ask at a time. */
  makeNetworks(): Promise<void> {
    return (this.#networks ??= this.#makeNetworks());
  }

  async #makeNetworks(): Promise<void> {
    for (const [key, { name }] of Object.entries(this.project.networks))
      await this.perform('create-network', { type: 'network', key, name });
  }

  /** Created and started; answers what is observed then. */
  async up(service: string, number = 1): Promise<ObservedReplica> {
    await this.makeNetworks();
    const { replicaId = null } = await this.perform('create-replica', this.replica(service, number));
    await this.perform('start-replica', this.replica(service, number, replicaId));
    return this.find(service, number);
  }

  async observed(runtime = this.made.runtime): Promise<readonly ObservedReplica[]> {
    return (await runtime.observe({ project: this.name })).replicas;
  }

  async find(service: string, number = 1): Promise<ObservedReplica> {
    const found = (await this.observed()).find((replica) => replica.service === service && replica.number === number);
    if (found === undefined) throw new Error(`${service} ${number} is not there`);
    return found;
  }

  /** Waits by asking: the contract of `observe` is tested apart from the one of waits. */
  async until(service: string, holds: (replica: ObservedReplica) => boolean): Promise<ObservedReplica> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const replica = await this.find(service);
      if (holds(replica)) return replica;
      if (Date.now() > deadline) throw new Error(`${service} is ${replica.state} (${replica.status}) for too long`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** As soon as it has printed so many. */
  async firstLines(replica: ObservedReplica, count: number): Promise<string[]> {
    const lines: string[] = [];
    const signal = AbortSignal.timeout(60_000);
    const options = { follow: true, timestamps: false, since: '', until: '', tail: null, signal };
    for await (const { text } of this.made.runtime.logs(replica, options)) if (lines.push(text) === count) break;
    return lines;
  }

  exited(service: string): Promise<ObservedReplica> {
    return this.until(service, (replica) => replica.state === 'exited');
  }
}

export function stepOf(kind: StepKind, subject: Subject, options: StepOptions, runtime: string): Step {
  return { id: 1, kind, subject, runtime, cause: 'contract', changes: [], after: [], options };
}

/** For steps that need nothing of a project but its name. */
export function contextOf(name: string): PerformContext {
  return {
    project: emptyProject({ name }),
    sources: new Map(),
    musterHashes: {},
    signal: new AbortController().signal,
    progress: () => {},
    output: () => {},
  };
}

function projectOf(
  made: MadeRuntime,
  name: string,
  services: Readonly<Record<string, Service>>,
  secrets: Readonly<Record<string, FileObject>>,
): Project {
  const networks = made.networks(name);
  return emptyProject({
    name,
    workingDir: '/nowhere',
    composeFiles: ['/nowhere/compose.yaml'],
    services,
    networks,
    secrets,
    configHashes: hashesOf(services),
    networkHashes: Object.fromEntries(Object.keys(networks).map((key) => [key, 'n'])),
  });
}

function hashesOf(services: Readonly<Record<string, Service>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(services).map(([service, definition]) => [
      service,
      createHash('sha256').update(JSON.stringify(definition)).digest('hex'),
    ]),
  );
}

export async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

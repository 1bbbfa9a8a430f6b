// The seam between decisions and the world: how one kind of workload is observed and changed.
//
// Life cycle of a replica, the same for every runtime:
//
//   (none) --create--> created --start--> running --stop/kill/exit--> exited --remove--> (none)
//                                  |  ^
//                                  |  +-- start (again), restart
//                                  +----- health: starting -> healthy | unhealthy
//
// Rules that every implementation keeps (test/contracts/runtime.ts runs them on each):
// - `observe` makes no choice and changes nothing; what it can't know it calls 'unknown'.
// - `perform` is safe to repeat: creating what is there, stopping what has stopped, removing what is gone succeed.
// - A performed step is visible to the next `observe`, also from another process.
// - Streams (logs, events, waits) end when the signal fires and leave nothing open.
// - A replica's handle stays the same from create to remove, over starts, restarts and renames.
// - Labels (model/labels.ts) are kept with every replica: whoever has no Compose file reads the project from them.

import type { ContextEntry } from '#image/context-entries.ts';
import type { LogRecord, RuntimeEvent } from '#model/event.ts';
import type { HostNames } from '#model/host-names.ts';
import type { Observed, ObservedReplica, ReplicaState } from '#model/observed.ts';
import type { Step } from '#model/plan.ts';
import type { Project, Service } from '#model/project.ts';
import type { RuntimeTraits } from '#model/runtime-traits.ts';
import type { Sources } from '#model/sources.ts';

export type ObserveQuery = {
  /** Project name; the file may be unknown (`muster -p blog ps`). */
  readonly project: string;
  /** When known: its images, external networks and published ports are looked up too. */
  readonly wanted?: Project;
  /** Looks at nothing else: networks and volumes come empty. For those who read and change nothing (ps, logs, exec). */
  readonly only?: 'replicas';
  /** With it: also what failing health checks said last (`ObservedReplica.healthSaid`), where that takes a question apiece. */
  readonly healthSaid?: boolean;
  readonly signal?: AbortSignal;
};

export type PerformContext = {
  readonly project: Project;
  /** Bytes of the secrets and configs that the project's services use. */
  readonly sources: Sources;
  /** muster's own hash per service, to be recorded on what create-replica makes. */
  readonly musterHashes: Readonly<Record<string, string>>;
  /** Docker Compose's hash of a service; what joins others' replicas is recorded with the hash of its joined form (model/joined-service.ts). */
  readonly serviceHash?: (service: Service) => string;
  /** Services of the project outside of its networks, where what has networks of its own finds them by name: `host-gateway`, or an IP address. */
  readonly hostServices?: Readonly<Record<string, string>>;
  /** Where a replica that has no networks of its own finds services of the project on its host; absent: there are none beside its own. */
  readonly hostNames?: HostNames;
  readonly signal: AbortSignal;
  /** One line of progress in words ("pulling 3/7 layers"). */
  readonly progress: (text: string) => void;
  /** One line of a build's or pull's own output. */
  readonly output: (text: string) => void;
};

/** Facts that a step yields for the receipt. */
export type StepOutcome = {
  /** Set by create-replica: the new handle, so that later steps of the same plan find it. */
  readonly replicaId?: string;
  /** Set by pull-image and build-image. */
  readonly imageId?: string;
  /** Something a person should know although the step succeeded. */
  readonly warning?: string;
};

export type LogOptions = {
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** RFC 3339, Unix seconds, or a Go duration before now; '' for the beginning. */
  readonly since: string;
  readonly until: string;
  /** Lines from the end; null for all. */
  readonly tail: number | null;
  readonly signal: AbortSignal;
};

export type TerminalSize = { readonly columns: number; readonly rows: number };

export type ExecOptions = {
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly interactive: boolean;
  readonly detach: boolean;
  readonly user: string;
  readonly workingDir: string;
  readonly privileged: boolean;
  /** `KEY=value`. */
  readonly environment: readonly string[];
  readonly signal: AbortSignal;
};

/** Files of a replica that are to be as they are here. */
export type FilesToPut = {
  /** Absolute paths in the replica; of a folder also what is below it. One that is not there is no failure. */
  readonly gone: readonly string[];
  /** Paths of entries are relative to the replica's root; folders that they need are made; null: none. */
  readonly entries: AsyncIterable<ContextEntry> | null;
};

/** A running program whose streams are ours. With a TTY, stderr stays silent and stdout carries both. */
export type Session = {
  readonly stdin: NodeJS.WritableStream | null;
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  resize(size: TerminalSize): Promise<void>;
  signal(name: string): Promise<void>;
  /** Exit code, once it has ended and the streams are drained. */
  readonly exit: Promise<number>;
};

export type RunOptions = Omit<ExecOptions, 'command' | 'privileged'> & {
  /** null keeps the service's own. */
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  /** '' for the generated `<project>-<service>-run-<random>`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Extra mounts and ports in the service's canonical form are merged into the service by the caller. */
  readonly removeAfter: boolean;
  readonly useAliases: boolean;
};

/** A project as `ls` lists it. */
export type ProjectSummary = {
  readonly name: string;
  /** How many replicas are in which state; of several runtimes they add up. */
  readonly replicas: Readonly<Partial<Record<ReplicaState, number>>>;
  readonly configFiles: readonly string[];
};

export type ImageSummary = {
  readonly replica: string;
  readonly id: string;
  readonly repository: string;
  readonly tag: string;
  readonly platform: string;
  readonly sizeBytes: number;
  /** RFC 3339. */
  readonly createdAt: string;
};

/** One process of a replica. */
export type ReplicaProcess = {
  readonly replicaId: string;
  /** As `ps -ef` has them: UID, PID, PPID, C, STIME, TTY, TIME, CMD; in the order in which they are shown. */
  readonly columns: Readonly<Record<string, string>>;
};

export type Runtime = {
  readonly kind: string;
  /** What steps and replicas call it: its kind, or `<kind>@<location>` where a project uses several of one kind. */
  readonly name: string;
  readonly traits: RuntimeTraits;
  /** Where it acts, as people know it: `unix:///var/run/docker.sock`, `ssh://deploy@web1`. Part of locks and receipts. */
  readonly location: string;
  /**
   * What is behind the name: equal for two runtimes that see the same replicas, however they are reached; null when that can't be told. It
   * may change between commands. Absent where a kind has one only.
   */
  identity?(options: { readonly signal?: AbortSignal }): Promise<string | null>;

  observe(query: ObserveQuery): Promise<Observed>;
  projects(options: { readonly signal?: AbortSignal }): Promise<readonly ProjectSummary[]>;

  /** Does one step; every kind but wait-dependency changes something. Rejects with MusterError. */
  perform(step: Step, context: PerformContext): Promise<StepOutcome>;

  /** Makes names and addresses known to the project's replicas that run, instead of those of before. Absent: its replicas have other ways. */
  tellNames?(project: string, names: HostNames, options: { readonly signal: AbortSignal }): Promise<void>;

  /** With `follow` it ends once the replica's process has ended for good or is restarted; who wants to go on asks again, from the last timestamp. */
  logs(replica: ObservedReplica, options: LogOptions): AsyncIterable<LogRecord>;
  /** Without `since` it begins some time after the call: who must miss nothing passes a moment before the state that it starts from. */
  events(options: {
    readonly project: string;
    readonly since?: string;
    readonly until?: string;
    readonly signal: AbortSignal;
  }): AsyncIterable<RuntimeEvent>;
  exec(replica: ObservedReplica, options: ExecOptions): Promise<Session>;
  /** Removes and replaces files of a replica, also while it runs. Absent: its programs run on files that are nobody else's to change. */
  putFiles?(replica: ObservedReplica, files: FilesToPut, options: { readonly signal: AbortSignal }): Promise<void>;
  /** Joins the streams of a replica's own main process from now on. Rejects with REPLICA_NOT_RUNNING when it does not run. */
  attach(replica: ObservedReplica, options: { readonly interactive: boolean; readonly signal: AbortSignal }): Promise<Session>;
  /** Attaches to a one-off replica of `service` before it starts, so that no output is missed; detach: returns once started. */
  run(
    service: string,
    context: PerformContext,
    options: RunOptions,
  ): Promise<{ readonly replica: ObservedReplica; readonly session: Session | null }>;
  images(replicas: readonly ObservedReplica[]): Promise<readonly ImageSummary[]>;
  /** Those of replicas that run, and are ours. */
  processes(replicas: readonly ObservedReplica[], options: { readonly signal?: AbortSignal }): Promise<readonly ReplicaProcess[]>;
  /** Frees what it opened, and its engine's sockets; what runs goes on. A Host that it was given stays open: others share it. */
  close(): Promise<void>;
};

// What a command and the resident agent say to each other. One agent per user and machine supervises native processes;
// commands reach it over a unix socket in a directory that only this user may enter. Frames: frames.ts. Both sides: client.ts, serve.ts.

import type { LogRecord, RuntimeEvent } from '#model/event.ts';
import type { HostNames } from '#model/host-names.ts';
import type { Health, ReplicaState } from '#model/observed.ts';

/** Raised by every change that an older peer would misunderstand; additions that it may ignore don't raise it. */
export const schemaVersion = 1;
/** The oldest schema that this version still speaks. */
export const oldestSchema = 1;

/**
 * The first message, both ways. Its fields never change, so that any two versions understand each other's. Nor does `handOver`, so that any newer
 * command can put its own agent in an older one's place.
 */
export type Hello = {
  readonly type: 'hello';
  readonly schemaVersion: number;
  readonly oldest: number;
  /** muster's version, for people. */
  readonly version: string;
  readonly pid: number;
};

export type RestartPolicy = {
  readonly policy: 'no' | 'always' | 'on-failure' | 'unless-stopped';
  /** For on-failure; 0: without end. */
  readonly maxAttempts: number;
};

export type Probe =
  /** Exit code 0 is healthy. Runs as the replica's user with its environment and working directory. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** A status of 200 to 399 is healthy; `http://127.0.0.1:8080/health`. */
  | { readonly kind: 'http'; readonly url: string; readonly status?: number }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export type ProbeSchedule = {
  readonly probe: Probe;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in this time after the start don't count. */
  readonly startPeriodMs: number;
  /** Between probes in the start period. */
  readonly startIntervalMs: number;
  readonly retries: number;
};

export type ResourceLimit = { readonly name: string; readonly soft: number; readonly hard: number };

/** Everything that a replica is made of. Kept by the agent in a file that only this user may read. */
export type LaunchSpec = {
  /** Unique on this agent: `blog-web-1`. */
  readonly name: string;
  /** Those of model/labels.ts and the user's: all that is known of the project later. */
  readonly labels: Readonly<Record<string, string>>;
  /** argv[0] is looked up in the environment's PATH; nothing passes through a shell. */
  readonly argv: readonly [string, ...string[]];
  readonly workingDir: string;
  /** All of it: nothing is inherited from the agent. */
  readonly environment: Readonly<Record<string, string>>;
  /** `name`, `uid`, `name:group` or `uid:gid`; '' for the agent's own. */
  readonly user: string;
  /** Names or numbers of groups that it is in besides those of its user. */
  readonly groups?: readonly string[];
  readonly umask?: number;
  /** `SIGTERM`. */
  readonly stopSignal: string;
  readonly stopGraceMs: number;
  readonly restart: RestartPolicy;
  readonly healthcheck: ProbeSchedule | null;
  readonly tty: boolean;
  /** stdin stays open without anybody attached; otherwise it is empty. */
  readonly openStdin: boolean;
  /** stdin ends when the first that attached closes it. */
  readonly stdinOnce?: boolean;
  /** Removed once it has ended, as `run --rm` wants. */
  readonly autoRemove?: boolean;
  /** A folder of this replica alone (secrets, configs), which goes with one that removes itself: nobody else may be there to do it. */
  readonly ownFolder?: string;
  /** `nofile`, `core`, …, as in Compose; -1 is unlimited. */
  readonly ulimits?: readonly ResourceLimit[];
  readonly nice?: number;
  /** Applied where the machine permits; a warning where not. */
  readonly limits?: { readonly memoryBytes?: number; readonly cpus?: number; readonly pids?: number };
  /** What is kept of each stream: about maxBytes times files. */
  readonly log?: { readonly maxBytes: number; readonly files: number };
};

/** What is known of one replica. Never its environment. */
export type Replica = {
  /** 32 hexadecimal digits, from create to remove. */
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly stopSignal: string;
  readonly stopGraceMs: number;
  readonly restart: RestartPolicy;
  readonly state: ReplicaState;
  readonly health: Health;
  /** Of its last probes, newest last; at most five. */
  readonly probes: readonly ProbeResult[];
  /** null unless it runs. */
  readonly pid: number | null;
  /** How it last ended; 128 and the signal's number when one ended it. null before that, and while it runs. */
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** Why it could not be started, or what could not be applied; '' when all is well. */
  readonly problem: string;
  /** Digest of the names in its own hosts file (`hostNamesDigest`); null: it sees the machine's. Agents before this field don't say. */
  readonly hosts?: string | null;
  readonly restarts: number;
  /** Unix milliseconds; null when it has not happened. */
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
};

export type ProbeResult = { readonly at: number; readonly tookMs: number; readonly exitCode: number; readonly output: string };

export type AgentEvent = {
  /** Goes up by one; continues over restarts of the agent. */
  readonly sequence: number;
  readonly project: string;
  readonly event: RuntimeEvent;
};

export type LogsQuery = {
  readonly id: string;
  /** Ends once the replica has ended for good or is started again. */
  readonly follow: boolean;
  /** Unix milliseconds with fractions down to a nanosecond's text: RFC 3339. '' for the beginning. */
  readonly since: string;
  readonly until: string;
  /** Lines from the end; null for all. */
  readonly tail: number | null;
  readonly timestamps: boolean;
};

export type EventsQuery = {
  /** '' for all. */
  readonly project: string;
  /** Begins after this one; what is no longer kept is skipped. */
  readonly afterSequence?: number;
  /** Unix milliseconds. Without either, from now on. */
  readonly since?: number;
  /** Ends at this moment; goes on without it. */
  readonly until?: number;
};

export type SessionSpec = {
  readonly argv: readonly [string, ...string[]];
  readonly tty: boolean;
  /** Without it stdin is empty. */
  readonly stdin: boolean;
  /** null: the replica's. */
  readonly workingDir: string | null;
  readonly user: string | null;
  /** Added to the replica's. */
  readonly environment: Readonly<Record<string, string>>;
};

/** Streams carry bytes and have ids of their own connection; stderr is null with a terminal. */
export type SessionOpened = {
  readonly session: number;
  readonly stdin: number | null;
  readonly stdout: number;
  readonly stderr: number | null;
};

export type ProcessRow = {
  readonly replicaId: string;
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** Seconds of processor time. */
  readonly cpuSeconds: number;
  readonly tty: string;
  readonly command: string;
};

export type AgentStats = {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
  readonly replicas: number;
  readonly running: number;
  readonly clients: number;
  readonly directory: string;
  /** `v1`, `v2`, or why there is none. */
  readonly cgroups: string;
  /** Why replicas can't have hosts files of their own here; '' when they can. */
  readonly hostsProblem?: string;
};

/** How one of several fared; the others go on. */
export type Outcome = { readonly id: string; readonly failure: Failure | null; readonly warning: string };

export type Failure = { readonly code: string; readonly message: string; readonly hint?: string };

/** Requests that get one answer. */
export type Calls = {
  ping: { params: Record<string, never>; result: Record<string, never> };
  stats: { params: Record<string, never>; result: AgentStats };
  /** All replicas of a project, or all; of one id or name when given. */
  list: {
    params: { readonly project?: string; readonly ids?: readonly string[] };
    result: { readonly replicas: readonly Replica[] };
  };
  /** With the environment: for whoever recreates it or runs something beside it. */
  inspect: { params: { readonly id: string }; result: { readonly replica: Replica; readonly spec: LaunchSpec } };
  /** A name that is taken is refused with NAME_COLLISION. */
  create: {
    params: { readonly specs: readonly LaunchSpec[]; readonly start?: boolean };
    result: { readonly outcomes: readonly Outcome[] };
  };
  /** Started already is fine. Resolves when each has a process, or could not get one. */
  start: {
    params: { readonly ids: readonly string[]; readonly hosts?: HostNames };
    result: { readonly outcomes: readonly Outcome[] };
  };
  /** Signal to the whole process group, SIGKILL after the grace time. Resolves when all has ended. Stopped already is fine. */
  stop: {
    params: { readonly ids: readonly string[]; readonly signal?: string; readonly graceMs?: number };
    result: { readonly outcomes: readonly Outcome[] };
  };
  restart: {
    params: { readonly ids: readonly string[]; readonly signal?: string; readonly graceMs?: number; readonly hosts?: HostNames };
    result: { readonly outcomes: readonly Outcome[] };
  };
  /** Sends one signal to the process group and waits for nothing. REPLICA_NOT_RUNNING when it does not run. */
  kill: {
    params: { readonly ids: readonly string[]; readonly signal: string };
    result: { readonly outcomes: readonly Outcome[] };
  };
  /** Also its logs. A running one is refused unless `force`, which kills it. Gone already is fine. */
  remove: {
    params: { readonly ids: readonly string[]; readonly force: boolean };
    result: { readonly outcomes: readonly Outcome[] };
  };
  rename: { params: { readonly id: string; readonly name: string }; result: Record<string, never> };
  /**
   * Names that its programs find from now on, as `start` and `restart` may tell them, too: in place of those told before. Who started without any
   * finds them after its next start. Where the agent's user may not have it so (`hostsProblem`), nothing happens.
   */
  setHosts: {
    params: { readonly ids: readonly string[]; readonly hosts: HostNames };
    result: { readonly outcomes: readonly Outcome[] };
  };
  /** Resolves when it ends: at once for one that has ended; `next` waits for the end of the next run of one not started yet. */
  wait: { params: { readonly id: string; readonly next?: boolean }; result: { readonly exitCode: number } };
  top: { params: { readonly ids: readonly string[] }; result: { readonly processes: readonly ProcessRow[] } };
  /** A program beside a replica: same user, environment, directory and limits. */
  exec: { params: { readonly id: string; readonly spec: SessionSpec }; result: SessionOpened };
  /** Starts it and leaves it to itself. */
  execDetached: { params: { readonly id: string; readonly spec: SessionSpec }; result: Record<string, never> };
  /** The streams of its own process from now on; one that is only created may be attached to before it starts. */
  attach: { params: { readonly id: string; readonly stdin: boolean }; result: SessionOpened };
  sessionResize: {
    params: { readonly session: number; readonly columns: number; readonly rows: number };
    result: Record<string, never>;
  };
  sessionSignal: { params: { readonly session: number; readonly signal: string }; result: Record<string, never> };
  /** Resolves when it has ended and its streams have been sent. */
  sessionWait: { params: { readonly session: number }; result: { readonly exitCode: number } };
  /** What it knows of sockets that its replicas hold; whose they are, by process. */
  listening: { params: { readonly ids: readonly string[] }; result: { readonly sockets: readonly ListeningSocket[] } };
  /**
   * The agent ends and leaves everything running; the next one takes over. Refused while sessions are open, unless `force`. `onlyAsk`: it says whether
   * it would, and stays.
   */
  handOver: { params: { readonly force: boolean; readonly onlyAsk?: boolean }; result: Record<string, never> };
};

export type ListeningSocket = {
  readonly replicaId: string;
  readonly pid: number;
  readonly protocol: 'tcp' | 'udp';
  readonly ip: string;
  readonly port: number;
};

/** Requests that are answered with a stream of batches. */
export type Streams = {
  logs: { params: LogsQuery; item: LogRecord };
  events: { params: EventsQuery; item: AgentEvent };
};

export type CallName = keyof Calls;
export type StreamName = keyof Streams;

/** JSON frames after hello. */
export type Message =
  | { readonly type: 'request'; readonly id: number; readonly method: CallName | StreamName; readonly params: unknown }
  | { readonly type: 'response'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: Failure };

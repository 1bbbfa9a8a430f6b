// The seam for "where it happens". A runtime takes a Host, so that work on this machine, over SSH or under sudo needs no code
// of its own. What a process says (its output, its end) are streams, apart from the handle that controls it.
//
// Rules that every implementation keeps (test/contracts/host.ts runs them on each):
// - Arguments, paths and file content arrive as they are: nothing is expanded, every byte but NUL survives. Bytes that are no UTF-8
//   are written as lone surrogates (lib/byte-text.ts), so that a name from `list` can be handed back.
// - A command has its own session and no terminal. Its environment never shows in an argument list, neither here nor there.
// - Aborting a command ends its whole process group. A connection that is lost is never taken for an end: HOST_LOST.
// - A process is signalled only while it is the one that was meant: pids are used again, start times are not.
// - Failures of files and sockets carry the system's `code` (ENOENT, EACCES, …); failures of the host itself are MusterErrors.

import type { Duplex } from 'node:stream';

export type CommandSpec = {
  /** argv[0] is looked up in PATH; nothing passes through a shell. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  /** Replaces the environment; left out: that of this program, or of a login on the other side. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array | string;
  readonly signal?: AbortSignal;
  /** Stays in our session, so that it can ask a person on our terminal; on this machine only. An abort then ends it alone, not its group. */
  readonly mayAsk?: boolean;
};

export type CommandResult = { readonly exitCode: number; readonly stdout: Buffer; readonly stderr: Buffer };

export type ProcessEnd = { readonly exitCode: number | null; readonly signal: string | null };

export type HostProcess = {
  readonly pid: number;
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  /**
   * Resolves once, when the process itself has ended, whoever still holds its outputs; `signal` set when it was killed by one.
   * Rejects with HOST_LOST when the connection went first. Across a shell, an exit code of 128 and a signal's number counts as that signal.
   */
  readonly ended: Promise<ProcessEnd>;
  /** To the process and those it started, unless it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** This program may end before it. */
  unref(): void;
};

/** One process for good: a pid may be used again, the pair is not. */
export type ProcessIdentity = {
  readonly pid: number;
  /** Opaque; equal only for the same process of the same boot. */
  readonly startTime: string;
};

export type ProcessInfo = ProcessIdentity & {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly state: 'running' | 'sleeping' | 'stopped' | 'zombie' | 'other';
  /** Empty for kernel threads and zombies. */
  readonly command: readonly string[];
};

/** A program that outlives us: own session, stdin from /dev/null. */
export type LaunchSpec = Pick<CommandSpec, 'argv' | 'cwd' | 'env'> & {
  /** Files that are appended to, made with 0600; left out: /dev/null. Both may be the same. */
  readonly stdout?: string;
  readonly stderr?: string;
};

export type HostFacts = {
  /** As Node.js names them: `linux`, `darwin`; `x64`, `arm64`. */
  readonly os: string;
  readonly arch: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly hostname: string;
  readonly init: 'systemd' | 'openrc' | 'launchd' | 'other';
  readonly libc: 'glibc' | 'musl' | null;
  readonly gpus: readonly Gpu[];
  /** Per user, not kept over a reboot; need not exist yet (lib/runtime-directory.ts). */
  readonly runtimeDirectory: string;
  /** Per user, kept; need not exist yet (lib/state-directory.ts). */
  readonly stateDirectory: string;
};

export type Gpu = { readonly vendor: 'nvidia' | 'amd'; readonly device: string };

export type FileInfo = {
  /** Of the path itself: a link is not followed. */
  readonly kind: 'file' | 'directory' | 'link' | 'socket' | 'other';
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
};

export type WriteOptions = {
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
};

export type CopyOptions = {
  /** Of a file; left out: the source's own. A tree keeps its modes. */
  readonly mode?: number;
  readonly signal?: AbortSignal;
};

/** SHA-256 (hex) of the bytes that arrived: the file's own, or those of the tree's tar stream. */
export type CopyResult = { readonly sha256: string; readonly sizeBytes: number };

export type ListeningSocket = {
  readonly hostIp: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** null: a process that may not be looked into. */
  readonly owner: { readonly pid: number; readonly name: string } | null;
};

export type ConnectTarget = { readonly unix: string } | { readonly host: string; readonly port: number };

export type Host = {
  /** `local`, `ssh://user@host:22`, `ssh://bastion,ssh://db,sudo://` (model/host-location.ts). */
  readonly location: string;
  facts(): Promise<HostFacts>;

  /** Runs to the end and collects its output; a non-zero exit is a result, not an error. */
  run(command: CommandSpec): Promise<CommandResult>;
  spawn(command: CommandSpec): Promise<HostProcess>;
  launch(program: LaunchSpec): Promise<ProcessIdentity>;
  /** null: there is no such process (any more). */
  processInfo(pid: number): Promise<ProcessInfo | null>;
  /** False when it has ended: then nothing was signalled. `group`: all processes of the group that it leads. */
  signalProcess(process: ProcessIdentity, signal: NodeJS.Signals, options: { readonly group: boolean }): Promise<boolean>;

  readFile(path: string): Promise<Buffer>;
  /** Atomic: readers see the old file or the new one; never a part. */
  writeFile(path: string, data: Uint8Array, options: WriteOptions): Promise<void>;
  makeDirectory(path: string, options: { readonly mode: number }): Promise<void>;
  /** Recursive; a missing path is fine. A link is removed, not what it points to. */
  remove(path: string): Promise<void>;
  /** By name, in byte order. */
  list(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** null: nothing there. */
  stat(path: string): Promise<FileInfo | null>;
  setMode(path: string, mode: number): Promise<void>;
  /**
   * A file or a tree of this machine to that host: streamed, checked by its SHA-256, complete before it has its name. Links are copied as
   * links. A file replaces what has its name; a tree too, with a moment in between at which neither is there.
   */
  upload(localPath: string, path: string, options?: CopyOptions): Promise<CopyResult>;
  download(path: string, localPath: string, options?: CopyOptions): Promise<CopyResult>;

  /**
   * A duplex byte stream to a unix socket or TCP port as seen from that host. Over SSH a refusal may be known only after the call:
   * it is then the stream's error, with the same code.
   */
  connect(target: ConnectTarget): Promise<Duplex>;
  /** Who listens; `only`: "8080/tcp". Owners cost a look at every process, so ask for the ports that matter. */
  listeners(only?: ReadonlySet<string>): Promise<readonly ListeningSocket[]>;

  close(): Promise<void>;
};

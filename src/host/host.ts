// The seam for "where it happens". A runtime takes a Host, so that work on this machine, over SSH or under sudo needs no code
// of its own. The process's events are a stream apart from the handle that controls it.

export type CommandSpec = {
  /** argv[0] is looked up in PATH; nothing passes through a shell. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array | string;
  readonly signal?: AbortSignal;
};

export type CommandResult = { readonly exitCode: number; readonly stdout: Buffer; readonly stderr: Buffer };

export type HostProcess = {
  readonly pid: number;
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  /** Resolves once; `signal` set when it was killed by one. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly signal: string | null }>;
  kill(signal: NodeJS.Signals): void;
};

export type HostFacts = {
  readonly os: string;
  readonly arch: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly user: string;
  readonly uid: number;
  readonly home: string;
};

export type WriteOptions = {
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
};

export type Host = {
  /** `local`, `ssh://user@host:22`. */
  readonly location: string;
  facts(): Promise<HostFacts>;
  /** Runs to the end and collects its output; a non-zero exit is a result, not an error. */
  run(command: CommandSpec): Promise<CommandResult>;
  spawn(command: CommandSpec): Promise<HostProcess>;
  readFile(path: string): Promise<Buffer>;
  /** Atomic: readers see the old file or the new one; never a part. */
  writeFile(path: string, data: Uint8Array, options: WriteOptions): Promise<void>;
  makeDirectory(path: string, options: { readonly mode: number }): Promise<void>;
  /** Recursive; a missing path is fine. */
  remove(path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** A duplex byte stream to a unix socket or TCP port as seen from that host. */
  connect(
    target: { readonly unix: string } | { readonly host: string; readonly port: number },
  ): Promise<import('node:stream').Duplex>;
  close(): Promise<void>;
};

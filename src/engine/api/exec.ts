// /containers/{id}/exec and /exec: a further program in a running container. Names are the Engine's.

/** Body of POST /containers/{id}/exec. */
export type ExecCreate = {
  readonly AttachStdin: boolean;
  readonly AttachStdout: boolean;
  readonly AttachStderr: boolean;
  readonly Tty: boolean;
  readonly Cmd: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly Privileged?: boolean;
  readonly WorkingDir?: string;
  readonly DetachKeys?: string;
};

export type ExecCreated = { readonly Id: string };

/** Body of POST /exec/{id}/start; hijacked unless Detach. */
export type ExecStart = { readonly Detach: boolean; readonly Tty: boolean };

/** GET /exec/{id}/json. */
export type ExecInspect = {
  readonly ID: string;
  readonly Running: boolean;
  /** null while it runs. */
  readonly ExitCode: number | null;
  readonly Pid: number;
  readonly ContainerID: string;
};

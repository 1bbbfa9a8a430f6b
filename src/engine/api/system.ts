// GET /version and /info: the fields that muster reads. Names are the Engine's.

export type SystemVersion = {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion?: string;
  readonly Os: string;
  readonly Arch: string;
  readonly KernelVersion?: string;
};

export type SystemInfo = {
  readonly ID: string;
  readonly Name: string;
  readonly ServerVersion: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly DockerRootDir: string;
  readonly Driver: string;
  readonly CgroupVersion?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly Swarm?: { readonly LocalNodeState?: string };
};

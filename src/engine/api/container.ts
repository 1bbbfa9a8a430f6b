// /containers: the fields that muster reads and writes. Names are the Engine's; what it may leave out or send as null says so.

import type { EndpointSettings } from './network.ts';

type Text = Readonly<Record<string, string>>;
type Empty = Readonly<Record<string, never>>;

/** One row of GET /containers/json. */
export type ContainerSummary = {
  readonly Id: string;
  /** Each with a leading slash; links add more. */
  readonly Names: readonly string[] | null;
  readonly Image: string;
  readonly ImageID: string;
  readonly Command: string;
  /** Unix seconds. */
  readonly Created: number;
  readonly Ports: readonly ContainerPort[] | null;
  readonly Labels: Text | null;
  readonly State: string;
  /** "Up 2 minutes (healthy)". */
  readonly Status: string;
  readonly HostConfig?: { readonly NetworkMode?: string };
  readonly NetworkSettings?: { readonly Networks: Readonly<Record<string, EndpointSettings>> | null } | null;
  readonly Mounts: readonly ContainerMount[] | null;
  readonly SizeRw?: number;
  readonly SizeRootFs?: number;
};

export type ContainerPort = {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: string;
};

export type ContainerMount = {
  readonly Type: string;
  /** Volume name; absent for binds. */
  readonly Name?: string;
  readonly Source: string;
  readonly Destination: string;
  readonly Driver?: string;
  readonly Mode: string;
  readonly RW: boolean;
  readonly Propagation?: string;
};

/** GET /containers/{id}/json. */
export type ContainerInspect = {
  readonly Id: string;
  /** With a leading slash. */
  readonly Name: string;
  /** RFC 3339. */
  readonly Created: string;
  readonly Path: string;
  readonly Args: readonly string[] | null;
  readonly State: ContainerState;
  /** Image id. */
  readonly Image: string;
  readonly RestartCount: number;
  readonly Platform?: string;
  readonly Config: ContainerConfig & { readonly Labels?: Text | null };
  readonly HostConfig: HostConfig;
  readonly Mounts: readonly ContainerMount[] | null;
  readonly NetworkSettings: {
    readonly Ports?: PortMap | null;
    readonly Networks: Readonly<Record<string, EndpointSettings>> | null;
  };
};

export type ContainerState = {
  /** created, running, paused, restarting, removing, exited, dead. */
  readonly Status: string;
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Restarting: boolean;
  readonly OOMKilled: boolean;
  readonly Dead: boolean;
  readonly Pid: number;
  readonly ExitCode: number;
  readonly Error: string;
  readonly StartedAt: string;
  readonly FinishedAt: string;
  readonly Health?: ContainerHealth | null;
};

export type ContainerHealth = {
  /** none, starting, healthy, unhealthy. */
  readonly Status: string;
  readonly FailingStreak: number;
  readonly Log: readonly HealthProbe[] | null;
};

export type HealthProbe = { readonly Start: string; readonly End: string; readonly ExitCode: number; readonly Output: string };

/** The portable part of POST /containers/create. */
export type ContainerConfig = {
  readonly Hostname?: string;
  readonly Domainname?: string;
  readonly User?: string;
  readonly AttachStdin?: boolean;
  readonly AttachStdout?: boolean;
  readonly AttachStderr?: boolean;
  readonly ExposedPorts?: Readonly<Record<string, Empty>> | null;
  readonly Tty?: boolean;
  readonly OpenStdin?: boolean;
  readonly StdinOnce?: boolean;
  /** `KEY=value`; a bare `KEY` removes the image's. */
  readonly Env?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Healthcheck?: HealthConfig | null;
  readonly Image?: string;
  readonly Volumes?: Readonly<Record<string, Empty>> | null;
  readonly WorkingDir?: string;
  readonly NetworkDisabled?: boolean;
  /** Only below API 1.44; newer engines take it per endpoint. */
  readonly MacAddress?: string;
  readonly Labels?: Text | null;
  readonly StopSignal?: string;
  /** Seconds. */
  readonly StopTimeout?: number;
};

/** Durations in nanoseconds; 0 keeps the image's. */
export type HealthConfig = {
  readonly Test?: readonly string[] | null;
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  /** API 1.44. */
  readonly StartInterval?: number;
  readonly Retries?: number;
};

export type PortBinding = { readonly HostIp?: string; readonly HostPort?: string };
/** Keyed `80/tcp`; null for exposed and not published. */
export type PortMap = Readonly<Record<string, readonly PortBinding[] | null>>;

export type RestartPolicy = { readonly Name: string; readonly MaximumRetryCount?: number };

/** The host's part of POST /containers/create. Sizes in bytes. */
export type HostConfig = {
  readonly Annotations?: Text;
  readonly AutoRemove?: boolean;
  readonly Binds?: readonly string[] | null;
  readonly BlkioWeight?: number;
  readonly BlkioWeightDevice?: readonly { readonly Path: string; readonly Weight: number }[] | null;
  readonly BlkioDeviceReadBps?: readonly DeviceRate[] | null;
  readonly BlkioDeviceReadIOps?: readonly DeviceRate[] | null;
  readonly BlkioDeviceWriteBps?: readonly DeviceRate[] | null;
  readonly BlkioDeviceWriteIOps?: readonly DeviceRate[] | null;
  readonly CapAdd?: readonly string[] | null;
  readonly CapDrop?: readonly string[] | null;
  readonly Cgroup?: string;
  readonly CgroupParent?: string;
  /** host or private. */
  readonly CgroupnsMode?: string;
  readonly CpuCount?: number;
  readonly CpuPercent?: number;
  readonly CpuPeriod?: number;
  readonly CpuQuota?: number;
  readonly CpuRealtimePeriod?: number;
  readonly CpuRealtimeRuntime?: number;
  readonly CpuShares?: number;
  readonly CpusetCpus?: string;
  readonly DeviceCgroupRules?: readonly string[] | null;
  readonly DeviceRequests?: readonly EngineDeviceRequest[] | null;
  readonly Devices?:
    | readonly { readonly PathOnHost: string; readonly PathInContainer: string; readonly CgroupPermissions: string }[]
    | null;
  readonly Dns?: readonly string[] | null;
  readonly DnsOptions?: readonly string[] | null;
  readonly DnsSearch?: readonly string[] | null;
  readonly ExtraHosts?: readonly string[] | null;
  readonly GroupAdd?: readonly string[] | null;
  readonly Init?: boolean | null;
  readonly IpcMode?: string;
  readonly Isolation?: string;
  readonly Links?: readonly string[] | null;
  readonly LogConfig?: { readonly Type: string; readonly Config?: Text | null };
  readonly Memory?: number;
  readonly MemoryReservation?: number;
  readonly MemorySwap?: number;
  readonly MemorySwappiness?: number | null;
  readonly Mounts?: readonly MountRequest[] | null;
  /** Billionths of a CPU. */
  readonly NanoCpus?: number;
  readonly NetworkMode?: string;
  readonly OomKillDisable?: boolean | null;
  readonly OomScoreAdj?: number;
  readonly PidMode?: string;
  readonly PidsLimit?: number | null;
  readonly PortBindings?: PortMap | null;
  readonly Privileged?: boolean;
  readonly PublishAllPorts?: boolean;
  readonly ReadonlyRootfs?: boolean;
  readonly RestartPolicy?: RestartPolicy;
  readonly Runtime?: string;
  readonly SecurityOpt?: readonly string[] | null;
  readonly ShmSize?: number;
  readonly StorageOpt?: Text | null;
  readonly Sysctls?: Text | null;
  readonly Tmpfs?: Text | null;
  readonly UTSMode?: string;
  readonly Ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[] | null;
  readonly UsernsMode?: string;
  readonly VolumesFrom?: readonly string[] | null;
};

type DeviceRate = { readonly Path: string; readonly Rate: number };

export type EngineDeviceRequest = {
  readonly Driver?: string;
  /** -1: all. */
  readonly Count?: number;
  readonly DeviceIDs?: readonly string[];
  readonly Capabilities?: readonly (readonly string[])[];
  readonly Options?: Text;
};

export type MountRequest = {
  readonly Type: 'bind' | 'volume' | 'tmpfs' | 'npipe' | 'cluster' | 'image';
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly Consistency?: string;
  readonly BindOptions?: {
    readonly Propagation?: string;
    readonly NonRecursive?: boolean;
    /** API 1.42. */
    readonly CreateMountpoint?: boolean;
    /** API 1.44. */
    readonly ReadOnlyNonRecursive?: boolean;
    readonly ReadOnlyForceRecursive?: boolean;
  };
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: Text;
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: Text };
    /** API 1.45. */
    readonly Subpath?: string;
  };
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
  /** API 1.48. */
  readonly ImageOptions?: { readonly Subpath?: string };
};

/** Body of POST /containers/create?name=&platform=. Below API 1.44 EndpointsConfig may hold one network only. */
export type ContainerCreate = ContainerConfig & {
  readonly HostConfig?: HostConfig;
  readonly NetworkingConfig?: { readonly EndpointsConfig?: Readonly<Record<string, EndpointSettings>> };
};

export type ContainerCreated = { readonly Id: string; readonly Warnings: readonly string[] | null };

/** POST /containers/{id}/wait. */
export type ContainerWait = { readonly StatusCode: number; readonly Error?: { readonly Message?: string } | null };

/** GET /containers/{id}/top. */
export type ContainerTop = { readonly Titles: readonly string[]; readonly Processes: readonly (readonly string[])[] | null };

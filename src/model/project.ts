// What is wanted: a Compose application after loading. Field names are the Compose Specification's own, in canonical
// (long) form, as `config --format json` prints it: sizes are strings of bytes, durations Go strings ("1m30s"),
// ports and volumes in long syntax, `environment` a map. All of it is data, nothing here reads a file.

import type { Json } from '#lib/canonical-json.ts';

export type Project = {
  readonly name: string;
  /** Absolute; relative paths of the file have been resolved against it. */
  readonly workingDir: string;
  /** Absolute paths of the `-f` files, in order; `-` for stdin. */
  readonly composeFiles: readonly string[];
  /** Absolute paths of the env files that were asked for: a .env that is found by itself is none of them. */
  readonly envFiles: readonly string[];
  /** What interpolation saw (process environment over env files): for `environment:` sources of secrets and configs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
  /** Enabled services only, in name order. */
  readonly services: Readonly<Record<string, Service>>;
  /** Services that a profile or the SERVICE arguments leave out: known, not wanted. */
  readonly disabledServices: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, Network>>;
  readonly volumes: Readonly<Record<string, Volume>>;
  readonly secrets: Readonly<Record<string, FileObject>>;
  readonly configs: Readonly<Record<string, FileObject>>;
  readonly models: Readonly<Record<string, Json>>;
  /** Top-level `x-*`. */
  readonly extensions: Readonly<Record<string, Json>>;
  /** Absolute paths of the files that a service's labels came from, for services that have any: part of its hashes. */
  readonly labelFiles?: Readonly<Record<string, readonly string[]>>;
  /** Docker Compose's hash per service (hex sha256, `config --hash`), written as the standard label. */
  readonly configHashes: Readonly<Record<string, string>>;
  /** What Docker Compose v5 records for the same: only to recognise its replicas. Absent: none of them is. */
  readonly v5ConfigHashes?: Readonly<Record<string, string>>;
  /** The same per network and volume, keyed by the name in the file. */
  readonly networkHashes: Readonly<Record<string, string>>;
  readonly volumeHashes: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
};

/** Whose rules a service is hashed by: what we record, and what replicas of Docker Compose v5 carry. */
export type HashRules = '2.40' | 'v5';

export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export type Dependency = {
  readonly condition: DependencyCondition;
  readonly required: boolean;
  /** Restart the dependent when this dependency is restarted or recreated. */
  readonly restart?: boolean;
};

export type Service = {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly attach?: boolean;
  readonly blkio_config?: BlkioConfig;
  readonly build?: Build;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cgroup?: string;
  readonly cgroup_parent?: string;
  readonly command: readonly string[] | null;
  readonly configs?: readonly FileMount[];
  readonly container_name?: string;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: string;
  readonly cpu_quota?: string;
  readonly cpu_rt_period?: string;
  readonly cpu_rt_runtime?: string;
  readonly cpu_shares?: number;
  readonly cpus?: number;
  readonly cpuset?: string;
  readonly credential_spec?: { readonly config?: string; readonly file?: string; readonly registry?: string };
  readonly depends_on?: Readonly<Record<string, Dependency>>;
  readonly deploy?: Deploy;
  readonly develop?: { readonly watch?: readonly WatchTrigger[] };
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly { readonly source: string; readonly target?: string; readonly permissions?: string }[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly domainname?: string;
  readonly entrypoint: readonly string[] | null;
  /** null: named without a value and not set anywhere, so removed from the container. */
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly expose?: readonly string[];
  readonly external_links?: readonly string[];
  /** `host=ip`. */
  readonly extra_hosts?: readonly string[];
  readonly gpus?: readonly DeviceRequest[];
  readonly group_add?: readonly string[];
  readonly healthcheck?: Healthcheck;
  readonly hostname?: string;
  /** Absent only while it is built: the default is `<project>-<service>`. */
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly links?: readonly string[];
  readonly logging?: { readonly driver?: string; readonly options?: Readonly<Record<string, string>> };
  readonly mac_address?: string;
  readonly mem_limit?: string;
  readonly mem_reservation?: string;
  readonly mem_swappiness?: string;
  readonly memswap_limit?: string;
  readonly models?: Json;
  readonly network_mode?: string;
  readonly networks?: Readonly<Record<string, ServiceNetwork | null>>;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly ports?: readonly Port[];
  readonly post_start?: readonly Hook[];
  readonly pre_stop?: readonly Hook[];
  readonly privileged?: boolean;
  readonly profiles?: readonly string[];
  readonly provider?: Provider;
  readonly pull_policy?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly runtime?: string;
  readonly scale?: number;
  readonly secrets?: readonly FileMount[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: string;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly storage_opt?: Readonly<Record<string, string>>;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimits?: Readonly<Record<string, number | { readonly soft: number; readonly hard: number }>>;
  readonly use_api_socket?: boolean;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volumes?: readonly VolumeMount[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
  readonly [extension: `x-${string}`]: Json | undefined;
};

/** A program that looks after the service instead of an engine. */
export type Provider = {
  /** `docker-<type>` among Docker's CLI plugins, else `<type>` on PATH. */
  readonly type: string;
  readonly options?: Readonly<Record<string, readonly string[]>>;
};

export type Build = {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly args?: Readonly<Record<string, string | null>>;
  readonly additional_contexts?: Readonly<Record<string, string>>;
  readonly cache_from?: readonly string[];
  readonly cache_to?: readonly string[];
  readonly entitlements?: readonly string[];
  readonly extra_hosts?: readonly string[];
  readonly isolation?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly network?: string;
  readonly no_cache?: boolean;
  readonly platforms?: readonly string[];
  readonly privileged?: boolean;
  readonly provenance?: string;
  readonly pull?: boolean;
  readonly sbom?: string;
  readonly secrets?: readonly FileMount[];
  readonly shm_size?: string;
  /** `default`, `id=/path`. */
  readonly ssh?: readonly string[];
  readonly tags?: readonly string[];
  readonly target?: string;
  readonly ulimits?: Service['ulimits'];
};

export type Port = {
  readonly name?: string;
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target: number;
  /** A port, a range "8080-8090", or absent: the engine chooses. */
  readonly published?: string;
  readonly protocol?: string;
  readonly app_protocol?: string;
};

export type VolumeMount = {
  readonly type: string;
  readonly source?: string;
  readonly target?: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: {
    readonly create_host_path?: boolean;
    readonly propagation?: string;
    readonly recursive?: string;
    readonly selinux?: string;
  };
  readonly volume?: {
    readonly nocopy?: boolean;
    readonly subpath?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly tmpfs?: { readonly size?: string; readonly mode?: number };
  readonly image?: { readonly subpath?: string };
};

/** How a service (or its build) uses a secret or config. */
export type FileMount = {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** Octal text, e.g. "0440". */
  readonly mode?: string;
};

export type ServiceNetwork = {
  readonly aliases?: readonly string[];
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly priority?: number;
};

export type Healthcheck = {
  /** Starts with CMD, CMD-SHELL or NONE. */
  readonly test?: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly retries?: number;
  readonly start_period?: string;
  readonly start_interval?: string;
  readonly disable?: boolean;
};

export type Hook = {
  readonly command?: readonly string[] | null;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
};

export type WatchTrigger = {
  /** Absolute; links in it are resolved. */
  readonly path: string;
  readonly action: 'sync' | 'rebuild' | 'restart' | 'sync+restart' | 'sync+exec';
  /** In the replica; there with every action that syncs. */
  readonly target?: string;
  /** As in .dockerignore, relative to `path`. */
  readonly ignore?: readonly string[];
  readonly include?: readonly string[];
  readonly initial_sync?: boolean;
  readonly exec?: Hook;
};

export type Deploy = {
  readonly mode?: string;
  readonly replicas?: number;
  readonly endpoint_mode?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly placement?: Json;
  readonly resources?: {
    readonly limits?: { readonly cpus?: number | string; readonly memory?: string; readonly pids?: number };
    readonly reservations?: {
      readonly cpus?: number | string;
      readonly memory?: string;
      readonly devices?: readonly DeviceRequest[];
      readonly generic_resources?: Json;
    };
  };
  readonly restart_policy?: {
    readonly condition?: string;
    readonly delay?: string;
    readonly max_attempts?: number;
    readonly window?: string;
  };
  readonly update_config?: Json;
  readonly rollback_config?: Json;
};

export type DeviceRequest = {
  readonly driver?: string;
  readonly count?: number;
  readonly device_ids?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
};

type WeightDevice = { readonly path: string; readonly weight: number };
type ThrottleDevice = { readonly path: string; readonly rate: string };
export type BlkioConfig = {
  readonly weight?: number;
  readonly weight_device?: readonly WeightDevice[];
  readonly device_read_bps?: readonly ThrottleDevice[];
  readonly device_read_iops?: readonly ThrottleDevice[];
  readonly device_write_bps?: readonly ThrottleDevice[];
  readonly device_write_iops?: readonly ThrottleDevice[];
};

export type Network = {
  /** Real name on the engine, `<project>_<key>` unless given. */
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly ipam?: {
    readonly driver?: string;
    readonly options?: Readonly<Record<string, string>>;
    readonly config?: readonly {
      readonly subnet?: string;
      readonly ip_range?: string;
      readonly gateway?: string;
      readonly aux_addresses?: Readonly<Record<string, string>>;
    }[];
  };
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
};

export type Volume = {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly external?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
};

/** A top-level secret or config: where its bytes come from. */
export type FileObject = {
  readonly name?: string;
  readonly file?: string;
  readonly environment?: string;
  readonly content?: string;
  readonly external?: boolean;
  readonly driver?: string;
  readonly template_driver?: string;
  readonly labels?: Readonly<Record<string, string>>;
};

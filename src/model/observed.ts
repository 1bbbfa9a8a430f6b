// What is there: facts a runtime found, with no choice made. Statuses are conservative: 'unknown' rather than a guess.

import type { Service } from './project.ts';

export type Observed = {
  readonly project: string;
  readonly replicas: readonly ObservedReplica[];
  readonly networks: readonly ObservedNetwork[];
  readonly volumes: readonly ObservedVolume[];
  /** Facts about the images that were asked for, by runtime and then by the reference as written. */
  readonly images: Readonly<Record<string, ObservedImages>>;
  /** Host ports that somebody else holds, out of those that were asked for. */
  readonly heldPorts: readonly HeldPort[];
  /** What of the wanted services a runtime can't do, found by looking and not by trying. */
  readonly refusals?: readonly Refusal[];
};

/** null: not on the runtime's machine. */
export type ObservedImages = Readonly<Record<string, ObservedImage | null>>;

/** Reads as `service web: ports[0].mode needs …`. */
export type Refusal = {
  readonly service: string;
  /** As the file has it: `networks.back.interface_name`. */
  readonly key: string;
  /** `needs Docker Engine 28.1 or newer`. */
  readonly why: string;
  readonly hint: string;
};

export type ReplicaState = 'created' | 'running' | 'restarting' | 'paused' | 'removing' | 'exited' | 'dead' | 'unknown';

export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

export type ObservedReplica = {
  /** The runtime's own handle, unique on its host; its first 12 characters are so too, because temporary names are made of them. */
  readonly id: string;
  readonly name: string;
  /** Name of the runtime that carries it (`Runtime.name`): the one to ask for anything about it. */
  readonly runtime: string;
  readonly service: string;
  /** 1-based; what `--index` names. 0 for one-off (`run`) replicas. */
  readonly number: number;
  readonly oneOff: boolean;
  readonly state: ReplicaState;
  readonly health: Health;
  /** Why it could not be started or kept as it should; absent when all is well, or the runtime does not say. */
  readonly problem?: string;
  /** What its last health check said, in a line; absent where the runtime was not asked or does not know, or it said nothing. */
  readonly healthSaid?: string;
  readonly exitCode: number | null;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly image: string;
  readonly imageId: string;
  /** Docker Compose's config hash as recorded at creation; '' when unknown. */
  readonly configHash: string;
  /** muster's own hash (`dev.muster.config-hash`), which also covers x-muster fields and the content of configs and secrets. */
  readonly musterHash: string;
  /** The service as it was when this replica was made, as far as the runtime can tell; for field-level diffs. */
  readonly config: Partial<Service> | null;
  /** Names (on the engine) of the networks that it is attached to. */
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** Everything that is mounted, in the runtime's order: names of volumes, host paths of the rest. Absent: just the volumes. */
  readonly mounts?: readonly string[];
  readonly ports: readonly ObservedPort[];
  /** Where it can be reached while it runs, in the order of its networks; absent when that is not known. */
  readonly addresses?: readonly ReplicaAddress[];
  /** Ids of the replicas whose namespaces or volumes it was made to join (`network_mode: service:x`); absent when not known. */
  readonly joins?: readonly string[];
  /** Name of the replica that this one was made to replace, while the replacement is unfinished. */
  readonly replaces: string | null;
  /** Somebody else runs it: it has no output here, and does not end with the project. */
  readonly external?: true;
  /** Human text in Docker's words, whatever the runtime ("Up 2 minutes (healthy)"). */
  readonly status: string;
  readonly command: string;
  /** Every runtime keeps those of labels.ts: commands without a Compose file live on them. */
  readonly labels: Readonly<Record<string, string>>;
};

export type ReplicaAddress = {
  /** Name (on the engine) of the network that it is an address of; '' where the runtime has no networks. */
  readonly network: string;
  readonly ip: string;
  /** The host's own address in that network; '' when it has none there. */
  readonly gateway: string;
};

export type ObservedPort = {
  readonly hostIp: string;
  /** 0: exposed, not published. */
  readonly hostPort: number;
  readonly target: number;
  readonly protocol: string;
};

export type ObservedNetwork = {
  /** Name of the runtime that has it. */
  readonly runtime: string;
  readonly id: string;
  readonly name: string;
  /** The name in the Compose file, '' for networks that are not the project's (external ones). */
  readonly key: string;
  readonly configHash: string;
  readonly ours: boolean;
  /** The host's own address in it; absent when it has none or that is not known. */
  readonly gateway?: string;
};

export type ObservedVolume = {
  /** Name of the runtime that has it. */
  readonly runtime: string;
  readonly name: string;
  readonly key: string;
  readonly configHash: string;
  readonly ours: boolean;
};

export type ObservedImage = {
  readonly id: string;
  readonly repoDigests: readonly string[];
  /** Unix seconds when it was pulled or tagged here; for pull policies such as `daily`. Absent when the runtime can't tell. */
  readonly taggedAt?: number;
};

export type HeldPort = {
  /** The host of it (`RuntimePlace.host`); absent: this machine. */
  readonly host?: string;
  readonly hostIp: string;
  readonly port: number;
  readonly protocol: string;
  /** In words: `container "blog-web-1"` or `process nginx (pid 812)`. */
  readonly holder: string;
  /** The replica of this very project that holds it, if so: not a conflict. */
  readonly replicaId: string | null;
};

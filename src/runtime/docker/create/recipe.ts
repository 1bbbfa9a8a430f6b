// All that a container is made of, collected before the engine is asked: the functions beside this file only translate it.

import type { Project, Service } from '#model/project.ts';

export type Recipe = {
  readonly project: Project;
  readonly service: string;
  /** The service as it is to run; `run` changes it first. */
  readonly definition: Service;
  /** The name that it keeps; while it replaces another it is created under a temporary one. */
  readonly name: string;
  /** null for one-offs. */
  readonly number: number | null;
  /** What `run` makes. */
  readonly oneOff: OneOff | null;
  /** Whether other containers find it under the service's name and aliases. */
  readonly useAliases: boolean;
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Containers of the services that this one joins or links to, by service. */
  readonly peers: Readonly<Record<string, readonly Peer[]>>;
  /** Anonymous volumes of the container that it replaces, by target. */
  readonly inherited: Readonly<Record<string, InheritedVolume>>;
  /** Secrets and configs that are bound from staged files. */
  readonly staged: readonly StagedMount[];
  /** Proxy settings of Docker's configuration: every container gets them, the service's own variables win. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Content of the seccomp profiles that security_opt names, by path as written. */
  readonly seccompProfiles: Readonly<Record<string, string>>;
  /** Host ports that others hold: a port range skips them. */
  readonly takenPorts: ReadonlySet<string>;
  /** Services in no network of the engine, each with its address. */
  readonly hostServices: Readonly<Record<string, string>>;
  readonly abilities: EngineAbilities;
};

export type OneOff = {
  readonly interactive: boolean;
  readonly tty: boolean;
  readonly detach: boolean;
  readonly removeAfter: boolean;
};

export type Peer = { readonly id: string; readonly name: string; readonly number: number };

export type InheritedVolume = { readonly volume: string; readonly readOnly: boolean };

export type StagedMount = { readonly source: string; readonly target: string };

/** What the negotiated API version lets us ask for. */
export type EngineAbilities = {
  /** 1.42: a bind mount can make its source. */
  readonly createMountpoint: boolean;
  /** 1.44: several networks in one create call, MAC address per network, start_interval. */
  readonly severalNetworks: boolean;
  /** 1.45: a part of a volume. */
  readonly volumeSubpath: boolean;
  /** 1.48: an image as a mount, the default gateway by priority. */
  readonly imageMounts: boolean;
  /** 1.49 and later engines name interfaces. */
  readonly interfaceNames: boolean;
};

// All that a native replica is made of, collected before anything is asked or written: the functions beside this file only decide.

import type { Project, Service } from '#model/project.ts';

export type LaunchFacts = {
  readonly project: Project;
  readonly service: string;
  /** The service as it is to run; `run` changes it first. */
  readonly definition: Service;
  /** The name that it is made under. */
  readonly name: string;
  /** null for one-offs. */
  readonly number: number | null;
  /** What `run` makes. */
  readonly oneOff: OneOff | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly account: Account;
  readonly defaultWorkingDir: string;
  /** PATH, HOME and the like. */
  readonly base: Readonly<Record<string, string>>;
  /** `8080/tcp`: host ports that others hold. */
  readonly takenPorts: ReadonlySet<string>;
  /** The same of other replicas of the project. */
  readonly ofOtherReplicas: ReadonlySet<string>;
  /** Candidates where the file leaves the choice of a port to us. */
  readonly freePorts: readonly number[];
  readonly directories: ReplicaDirectories;
  /** Names of the named volumes that it uses. */
  readonly volumeNames: readonly string[];
};

export type OneOff = {
  readonly interactive: boolean;
  readonly tty: boolean;
  readonly detach: boolean;
  readonly removeAfter: boolean;
};

/** Who a program runs as. */
export type Account = {
  /** As the agent's own user: nothing to change. */
  readonly isOwn: boolean;
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
};

export type ReplicaDirectories = {
  /** Of this replica alone; '' where it needs none. */
  readonly own: string;
  readonly secrets: string;
  readonly configs: string;
  /** Of a named volume, by its key in the file. */
  readonly volumes: Readonly<Record<string, string>>;
};

// What a command asks the planner for. Flag names are Docker Compose's; everything is data, so that a plan can be computed anywhere.

import type { Observed } from '#model/observed.ts';
import type { Provided } from '#model/provided.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { HashRules, Project, Service } from '#model/project.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import type { Sources } from '#model/sources.ts';

export type PlanInput<Options> = {
  readonly project: Project;
  readonly observed: Observed;
  /** From `musterHashesOf`. */
  readonly musterHashes: Readonly<Record<string, string>>;
  /** Docker Compose's hash of a service, for those that join others' replicas; without it such replicas of Docker Compose's are replaced. */
  readonly serviceHash?: (service: Service, rules?: HashRules) => string;
  /** Only to say which secret or config changed; the hashes decide. */
  readonly sources?: Sources;
  /** The runtimes that were looked at, by name; absent: one that has everything. */
  readonly runtimes?: TraitsByRuntime;
  /** What carries a service that does not say (`x-muster`); Docker, here, unless given. */
  readonly placement?: PlacementRules;
  /** What providers have said so far; the project has it already. */
  readonly provided?: Provided;
  readonly options?: Options;
};

export type UpOptions = {
  /** SERVICE arguments; empty: all. */
  readonly services?: readonly string[];
  readonly noDeps?: boolean;
  /** --force-recreate, --no-recreate. */
  readonly recreate?: 'diverged' | 'force' | 'never';
  readonly alwaysRecreateDeps?: boolean;
  readonly removeOrphans?: boolean;
  /** COMPOSE_IGNORE_ORPHANS: leave them without a word. */
  readonly ignoreOrphans?: boolean;
  /** --scale web=3. */
  readonly scale?: Readonly<Record<string, number>>;
  /** -t: seconds to wait before killing. */
  readonly timeoutSeconds?: number;
  /** --no-start, and `create`. */
  readonly noStart?: boolean;
  readonly renewAnonymousVolumes?: boolean;
  /** --wait: ends with a wait for every wanted service. */
  readonly wait?: boolean;
  readonly waitTimeoutSeconds?: number;
  /** Keys of volumes whose loss was agreed to, because their configuration changed (`divergedVolumes`). */
  readonly recreateVolumes?: readonly string[];
  /** '_' under --compatibility. */
  readonly separator?: '-' | '_';
};

export type PullPolicyFlag = 'always' | 'missing' | 'if_not_present' | 'never' | 'build';

export type ImageOptions = Pick<UpOptions, 'services' | 'noDeps' | 'scale'> & {
  /** --pull on up and create. */
  readonly pull?: PullPolicyFlag;
  /** --build: build even what is there. */
  readonly build?: boolean;
  readonly noBuild?: boolean;
  /** Unix seconds, for `pull_policy: daily` and the like. */
  readonly now: number;
};

export type PullOptions = {
  readonly services?: readonly string[];
  readonly includeDeps?: boolean;
  readonly ignoreBuildable?: boolean;
  readonly ignorePullFailures?: boolean;
  /** --policy. */
  readonly policy?: 'always' | 'missing';
};

export type BuildOptions = {
  readonly services?: readonly string[];
  readonly withDependencies?: boolean;
  readonly noCache?: boolean;
  /** --pull: fetch newer base images. */
  readonly pull?: boolean;
};

export type DownOptions = {
  readonly services?: readonly string[];
  /** -v: named volumes of the file and anonymous ones. */
  readonly volumes?: boolean;
  readonly removeImages?: 'all' | 'local';
  readonly removeOrphans?: boolean;
  readonly ignoreOrphans?: boolean;
  readonly timeoutSeconds?: number;
};

export type StopOptions = {
  readonly services?: readonly string[];
  readonly timeoutSeconds?: number;
};

export type StartOptions = {
  readonly services?: readonly string[];
  readonly wait?: boolean;
  readonly waitTimeoutSeconds?: number;
};

export type RestartOptions = {
  readonly services?: readonly string[];
  readonly noDeps?: boolean;
  readonly timeoutSeconds?: number;
};

export type KillOptions = {
  readonly services?: readonly string[];
  /** SIGKILL unless said otherwise. */
  readonly signal?: string;
  readonly removeOrphans?: boolean;
};

export type RemoveOptions = {
  readonly services?: readonly string[];
  /** -s: stop what runs first; otherwise running replicas are left. */
  readonly stop?: boolean;
  /** -v: anonymous volumes too. */
  readonly volumes?: boolean;
  readonly timeoutSeconds?: number;
};

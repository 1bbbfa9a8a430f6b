import type { PlacementRules } from '#model/placement.ts';

import type { FetchRemote } from './remotes.ts';

export type LoadOptions = {
  /** `-f` in order; '-' is stdin, an address a file elsewhere; empty: COMPOSE_FILE, then discovery upward from `cwd`. */
  readonly files: readonly string[];
  readonly projectName?: string;
  readonly projectDirectory?: string;
  readonly profiles: readonly string[];
  readonly envFiles: readonly string[];
  /** The process environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** SERVICE arguments: enables them, and keeps them with their dependencies. Empty: all enabled ones. */
  readonly services?: readonly string[];
  readonly allResources?: boolean;
  /** For files in Git repositories and registries; without it they are errors. */
  readonly fetchRemote?: FetchRemote;
  /** What carries a service that does not say; for what can be judged only then. Docker, here, unless given. */
  readonly placement?: PlacementRules;
  /** Default true, each switched off by a flag of `config`. */
  readonly interpolate?: boolean;
  readonly normalize?: boolean;
  readonly resolvePaths?: boolean;
  readonly resolveEnvironment?: boolean;
  readonly checkConsistency?: boolean;
  /** What the engine alone would refuse is let through, as Docker Compose's `config` does. */
  readonly likeDockerCompose?: boolean;
  /** Two services with one container_name are refused. */
  readonly checkContainerNames?: boolean;
};

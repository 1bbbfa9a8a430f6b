// A plan is data: ordered steps, each with a kind, a subject, a cause in words, and the fields that differ.

import type { DependencyCondition } from './project.ts';

export const planSchemaVersion = 1;

/**
 * What each kind asks of the runtime (all are safe to repeat):
 * - create-replica: subject.name is the final name. With `replaces`, it is made as `<first 12 of replaces.id>_<name>`
 *   (`temporaryName`) beside the old one, and a later rename-replica gives it the final name.
 * - rename-replica: to subject.name.
 * - stop-, restart-, kill-, remove-replica: subject.id is known. A new replica's id is filled in by apply before later steps run.
 * - connect-network, disconnect-network: subject is the replica, `options.network` the network.
 * - wait-dependency: resolves once all replicas of the subject's service meet `options.condition`; rejects with DEPENDENCY_FAILED.
 *   It is asked of the runtime that carries the service, which may be another than its dependents'; it takes no slot of the concurrency limit.
 * - remove-network, remove-volume, remove-image: one that somebody else still uses is left, with a warning.
 * - run-, stop-, end-provider: no runtime is asked; the subject's provider is a program of its own (`Providers`).
 */
export type StepKind =
  | 'pull-image'
  | 'build-image'
  | 'create-network'
  | 'remove-network'
  | 'create-volume'
  | 'remove-volume'
  | 'create-replica'
  | 'start-replica'
  | 'stop-replica'
  | 'restart-replica'
  | 'kill-replica'
  | 'remove-replica'
  | 'rename-replica'
  | 'connect-network'
  | 'disconnect-network'
  | 'wait-dependency'
  | 'remove-image'
  | 'run-provider'
  | 'stop-provider'
  | 'end-provider';

/** What a step acts on. `key` names things as the Compose file does; `name` as the engine does. */
export type Subject =
  | { readonly type: 'network'; readonly key: string; readonly name: string }
  | { readonly type: 'volume'; readonly key: string; readonly name: string }
  | { readonly type: 'image'; readonly service: string; readonly reference: string }
  | { readonly type: 'service'; readonly service: string }
  | {
      readonly type: 'replica';
      readonly service: string;
      readonly number: number;
      readonly name: string;
      /** Known when it exists already; a replica that this plan creates has none yet. */
      readonly id: string | null;
    };

/** One field that differs, in words: null is absence. Environment values and secrets are already redacted. */
export type FieldChange = { readonly field: string; readonly from: string | null; readonly to: string | null };

/** Stands in steps where a runtime's name would. */
export const providerRuntime = 'provider';

export type Step = {
  /** 1-based position in the plan's order. */
  readonly id: number;
  readonly kind: StepKind;
  readonly subject: Subject;
  /** Name of the runtime that performs it; `providerRuntime` for programs. */
  readonly runtime: string;
  /** Why: "no existing replica", "command changed", "orphan: not in the Compose file". */
  readonly cause: string;
  readonly changes: readonly FieldChange[];
  /** Ids of the steps that must be finished before. */
  readonly after: readonly number[];
  readonly options: StepOptions;
};

/** `running_or_healthy` is what `--wait` asks for: healthy where there is a health check, else running or exited with 0. */
export type WaitCondition = DependencyCondition | 'running_or_healthy';

export type StepOptions = {
  /** stop/restart: overrides the service's stop_grace_period. wait-dependency: gives up after that long. Seconds. */
  readonly timeoutSeconds?: number;
  /** kill. */
  readonly signal?: string;
  /** wait-dependency. */
  readonly condition?: WaitCondition;
  /** wait-dependency: a failed wait is a warning, as for `required: false`. */
  readonly optional?: boolean;
  /** connect-network, disconnect-network. */
  readonly network?: { readonly key: string; readonly name: string };
  /** create-replica: name of the replica that it replaces; its anonymous volumes are carried over. */
  readonly replaces?: { readonly id: string; readonly name: string };
  /** create-replica: do not carry anonymous volumes over (`-V`). */
  readonly renewAnonymousVolumes?: boolean;
  /** remove-replica: also its anonymous volumes. */
  readonly removeVolumes?: boolean;
  /** remove-replica: kill first if it runs. */
  readonly force?: boolean;
  /** build-image / pull-image. */
  readonly noCache?: boolean;
  readonly pull?: boolean;
  /** pull-image: do not fail when it can't be pulled but a build follows or the image is here. */
  readonly ignoreFailure?: boolean;
  /** remove-image: only if no name means it any more. */
  readonly onlyUnnamed?: boolean;
};

export type Plan = {
  readonly schemaVersion: typeof planSchemaVersion;
  readonly project: string;
  /** `up`, `down`, `stop`, …: the verb that was asked for. */
  readonly verb: string;
  readonly steps: readonly Step[];
  /** What a person should know that is no step: orphans left alone, services already up to date. */
  readonly notes: readonly string[];
  /** Replicas that need nothing. */
  readonly unchanged: readonly string[];
  /** Digest of the wanted model and of the observed facts that the plan was computed from. */
  readonly basis: { readonly model: string; readonly observed: string };
  /** sha256 over the canonical JSON of everything above. */
  readonly digest: string;
};

// The bytes behind secrets and configs, read once before planning, so that a missing source fails before anything changes
// and a changed one is seen by the plan.

export type SourceKey = `secret:${string}` | `config:${string}`;

export type SourceContent = {
  readonly bytes: Uint8Array;
  /** sha256 hex of the bytes. */
  readonly digest: string;
};

export type Sources = ReadonlyMap<SourceKey, SourceContent>;

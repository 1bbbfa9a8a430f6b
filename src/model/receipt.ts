// What was done: one record per mutating command, chained by hash per project, verifiable offline.

export const receiptSchemaVersion = 1;

export type StepResult = {
  readonly step: number;
  readonly kind: string;
  readonly subject: string;
  /** Name of the runtime that did it. */
  readonly runtime: string;
  readonly cause: string;
  readonly status: 'done' | 'failed' | 'skipped' | 'cancelled' | 'not-started';
  /** RFC 3339 UTC, milliseconds; null when it never started. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly error?: { readonly code: string; readonly message: string };
};

export type Receipt = {
  readonly schemaVersion: typeof receiptSchemaVersion;
  /** 1-based, without gaps within one project's chain. */
  readonly sequence: number;
  readonly project: string;
  /** What was planned: `up`; `stop` also for the `up` that a Ctrl-C ended. */
  readonly verb: string;
  /** The command as typed, without secrets: `up --detach web`. Receipts of the first versions lack it. */
  readonly command?: string;
  readonly actor: { readonly user: string; readonly host: string; readonly muster: string };
  /** What it was done with: one entry per runtime, in name order. */
  readonly runtimes: readonly { readonly name: string; readonly location: string }[];
  /** In the order applied: images first, then the rest, which is planned once the images are known. */
  readonly planDigests: readonly string[];
  readonly inputs: {
    readonly model: string;
    /** Reference as written (`imageKey`) -> image id used. */
    readonly images: Readonly<Record<string, string>>;
    readonly files: readonly string[];
  };
  readonly result: 'succeeded' | 'failed' | 'cancelled';
  readonly startedAt: string;
  readonly endedAt: string;
  readonly steps: readonly StepResult[];
  /** Hash of the receipt before, '' for the first. */
  readonly previous: string;
  /** sha256 over the canonical JSON of everything above. */
  readonly hash: string;
};

/** Another engine may have another image under the same name: `shop-web on docker@ssh://web1`. */
export function imageKey(runtime: string, reference: string): string {
  return runtime === 'docker' ? reference : `${reference} on ${runtime}`;
}

// One event schema feeds progress on the terminal, `events`, receipts and, later, the server and the console.

import type { Step } from './plan.ts';

/** `output`: a line of a build's or pull's own output; `progress`: where it stands, in words. */
export type StepStatus = 'started' | 'progress' | 'output' | 'done' | 'failed' | 'skipped' | 'cancelled' | 'warning';

/** What happens to a step while a plan is applied. */
export type StepEvent = {
  readonly type: 'step';
  readonly status: StepStatus;
  readonly step: Step;
  /** Unix milliseconds. */
  readonly at: number;
  /** For progress, output, warnings, failures and what was skipped: one line in words. */
  readonly text?: string;
};

/** What a runtime saw happen to a replica, network or volume. */
export type RuntimeEvent = {
  readonly type: 'runtime';
  /** Unix milliseconds, with the engine's own precision in `atNano`. */
  readonly at: number;
  readonly atNano: string;
  readonly service: string;
  readonly replicaId: string;
  readonly replicaName: string;
  /**
   * Docker's words on every runtime. All tell create, start, die (with exitCode), destroy and `health_status: healthy`, on which waits and
   * log readers rely; stop, kill, restart, rename, exec_die, oom, pause, … as far as they happen there.
   */
  readonly action: string;
  readonly exitCode: number | null;
  readonly attributes: Readonly<Record<string, string>>;
};

/** A line or chunk of output. */
export type LogRecord = {
  readonly service: string;
  readonly replicaName: string;
  readonly number: number;
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds as the engine gives it; '' unless asked for. */
  readonly timestamp: string;
  /** Without its line end. */
  readonly text: string;
};

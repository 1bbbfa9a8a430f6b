// What has happened so far, one row per thing acted on. Pure: events in, rows out.

import type { StepEvent, StepStatus } from '#model/event.ts';
import type { Step } from '#model/plan.ts';
import { rowName, stepWords } from './step-words.ts';

export type RowState = 'working' | 'done' | 'failed' | 'warned' | 'stopped';

export type ProgressRow = {
  readonly name: string;
  readonly state: RowState;
  /** "Starting" */
  readonly word: string;
  /** One line of detail, '' for none. */
  readonly text: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** null while steps of this row are still to come. */
  readonly endedAt: number | null;
};

export class ProgressRows {
  readonly #rows = new Map<string, ProgressRow>();
  readonly #stepsLeft = new Map<string, number>();

  plan(steps: readonly Step[]): void {
    for (const step of steps) {
      const name = rowName(step);
      this.#stepsLeft.set(name, (this.#stepsLeft.get(name) ?? 0) + 1);
    }
  }

  take(event: StepEvent): ProgressRow {
    const name = rowName(event.step);
    const words = stepWords(event.step);
    const before = this.#rows.get(name);
    const isEnd = ended.has(event.status);
    if (isEnd) this.#stepsLeft.set(name, (this.#stepsLeft.get(name) ?? 1) - 1);
    const isLast = isEnd && (this.#stepsLeft.get(name) ?? 0) <= 0;
    const isDown = event.status === 'failed' || event.status === 'cancelled' || event.status === 'skipped';
    const row: ProgressRow = {
      name,
      state: stateAfter(event, before, isLast),
      word: isDown ? downWords[event.status] : isEnd ? words.done : words.doing,
      text: event.text ?? (event.status === 'started' || isEnd ? '' : (before?.text ?? '')),
      startedAt: before?.startedAt ?? event.at,
      endedAt: isLast || isDown ? event.at : null,
    };
    this.#rows.set(name, row);
    return row;
  }

  /** In the order in which they began. */
  get rows(): readonly ProgressRow[] {
    return [...this.#rows.values()];
  }

  /** Rows that the plan has, begun or not. */
  get total(): number {
    return new Set([...this.#stepsLeft.keys(), ...this.#rows.keys()]).size;
  }

  get finished(): number {
    return this.rows.filter((row) => row.endedAt !== null).length;
  }
}

const ended: ReadonlySet<StepStatus> = new Set(['done', 'failed', 'cancelled', 'skipped']);

const downWords = { failed: 'Error', cancelled: 'Interrupted', skipped: 'Skipped' } as const;

function stateAfter(event: StepEvent, before: ProgressRow | undefined, isLast: boolean): RowState {
  switch (event.status) {
    case 'failed':
      return 'failed';
    case 'cancelled':
    case 'skipped':
      return 'stopped';
    case 'warning':
      return 'warned';
    case 'done':
      return before?.state === 'warned' ? 'warned' : isLast ? 'done' : 'working';
    case 'started':
    case 'progress':
    case 'output':
      return before?.state === 'warned' ? 'warned' : 'working';
  }
}

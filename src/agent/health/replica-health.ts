import type { ProbeResult, ProbeSchedule } from '#api/agent/contract.ts';
import type { Health } from '#model/observed.ts';
import { HealthWatch, type HealthOptions } from './watch.ts';

type Known = { readonly state: Health; readonly results: readonly ProbeResult[] };

/** A replica's health over its runs: that of the last one stays known. */
export class ReplicaHealth {
  readonly #schedule: ProbeSchedule | null;
  readonly #options: Omit<HealthOptions, 'startedAt'>;
  #watch: HealthWatch | null = null;
  #last: Known = { state: 'none', results: [] };

  constructor(schedule: ProbeSchedule | null, options: Omit<HealthOptions, 'startedAt'>) {
    this.#schedule = schedule;
    this.#options = options;
  }

  get known(): Known {
    return this.#watch ?? this.#last;
  }

  begin(startedAt: number): void {
    if (this.#schedule !== null) this.#watch = new HealthWatch(this.#schedule, { ...this.#options, startedAt });
  }

  end(): void {
    if (this.#watch === null) return;
    this.#last = { state: this.#watch.state, results: this.#watch.results };
    this.#watch.stop();
    this.#watch = null;
  }
}

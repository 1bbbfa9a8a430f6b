// Looks at a running service again and again, and says when its health changes. Docker's rules: one success is healthy, `retries` failures in a row are
// unhealthy, failures in the start period don't count until something succeeded.

import type { ProbeResult, ProbeSchedule } from '#api/agent/contract.ts';
import { look } from './probe.ts';
import type { RunProgram } from './probe.ts';

export type HealthState = 'starting' | 'healthy' | 'unhealthy';

export type HealthOptions = {
  readonly run: RunProgram;
  readonly now: () => number;
  readonly onChange: (state: HealthState) => void;
  readonly startedAt: number;
};

export class HealthWatch {
  readonly #schedule: ProbeSchedule;
  readonly #options: HealthOptions;
  #state: HealthState = 'starting';
  #failures = 0;
  #results: ProbeResult[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(schedule: ProbeSchedule, options: HealthOptions) {
    this.#schedule = schedule;
    this.#options = options;
    this.#waitThenLook();
  }

  get state(): HealthState {
    return this.#state;
  }

  get results(): readonly ProbeResult[] {
    return this.#results;
  }

  stop(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #waitThenLook(): void {
    const { startIntervalMs, intervalMs } = this.#schedule;
    const pauseMs = this.#isStarting() && this.#state === 'starting' ? startIntervalMs : intervalMs;
    this.#timer = setTimeout(() => void this.#look(), pauseMs);
  }

  #isStarting(): boolean {
    return this.#options.now() - this.#options.startedAt < this.#schedule.startPeriodMs;
  }

  async #look(): Promise<void> {
    const at = this.#options.now();
    const looked = await look(this.#schedule.probe, this.#options.run, this.#schedule.timeoutMs);
    if (this.#isOver) return;
    this.#results = [...this.#results.slice(-4), { at, tookMs: this.#options.now() - at, ...looked }];
    this.#judge(looked.exitCode === 0, at - this.#options.startedAt < this.#schedule.startPeriodMs);
    this.#waitThenLook();
  }

  #judge(isGood: boolean, isStarting: boolean): void {
    if (isGood) {
      this.#failures = 0;
      this.#become('healthy');
      return;
    }
    if (isStarting && this.#state === 'starting') return;
    this.#failures += 1;
    if (this.#failures >= this.#schedule.retries) this.#become('unhealthy');
  }

  #become(state: HealthState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onChange(state);
  }
}

import type { Pause } from '../follow-logs.ts';

/** On while replicas are changed by watching: that none of them runs for a moment is no end. */
export class ChangePause implements Pause {
  #changes = 0;
  readonly #acts: (() => void)[] = [];

  isOn(): boolean {
    return this.#changes > 0;
  }

  onEnd(act: () => void): void {
    this.#acts.push(act);
  }

  async during<Result>(change: () => Promise<Result>): Promise<Result> {
    this.#changes++;
    try {
      return await change();
    } finally {
      this.#changes--;
      if (this.#changes === 0) for (const act of this.#acts) act();
    }
  }
}

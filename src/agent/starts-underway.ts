/** A shim that has not even said by then which process it is was killed before it could. */
export const shimPatienceMs = 5000;
/** Each takes some milliseconds; on a machine with much else to do, dozens. */
const patienceForEachMs = 200;

/** Starts go through one line, so that the last of a thousand may take longer than one alone. */
export class StartsUnderway {
  #count = 0;

  /** Does it with how long it may take. */
  async count(start: (patienceMs: number) => Promise<void>): Promise<void> {
    this.#count++;
    try {
      await start(shimPatienceMs + this.#count * patienceForEachMs);
    } finally {
      this.#count--;
    }
  }
}

/** A restart that waits for its time, at most one. */
export class PendingRestart {
  #timer: NodeJS.Timeout | null = null;

  get isPending(): boolean {
    return this.#timer !== null;
  }

  plan(afterMs: number, work: () => void): void {
    this.cancel();
    this.#timer = setTimeout(work, afterMs);
  }

  /** Whether there was one: of a stop and the restart itself, who comes first takes it. */
  cancel(): boolean {
    const { isPending } = this;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    return isPending;
  }
}

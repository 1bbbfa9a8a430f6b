/** Events that came while we looked count: the state is looked at again. */
export class News {
  #pending = false;
  #error: Error | null = null;
  #wake: (() => void) | null = null;

  arrive(): void {
    this.#pending = true;
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }

  async next(): Promise<void> {
    if (!this.#pending && this.#error === null) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = null;
    if (this.#error !== null) throw this.#error;
    this.#pending = false;
  }
}

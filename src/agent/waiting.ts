/** Those who wait for one thing to happen. Whoever comes after it has happened waits for the next time. */
export class Waiting<Value> {
  readonly #waiting = new Set<(value: Value) => void>();

  next(): Promise<Value> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  release(value: Value): void {
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of all) resolve(value);
  }
}

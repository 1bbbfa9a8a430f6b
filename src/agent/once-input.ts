// stdin that ends when the first who writes to it has done so: its other end is held here until then.

import { closeSync, constants, openSync } from 'node:fs';

export class OnceInput {
  readonly #path: string;
  #end: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  hold(): void {
    this.release();
    this.#end = openSync(this.#path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  release(): void {
    if (this.#end !== null) closeSync(this.#end);
    this.#end = null;
  }
}

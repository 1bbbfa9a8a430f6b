// FIFOs can only be made by a program. Starting one costs as much as a service, so all that are wanted at the same time share it.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { standardProgram } from './shim/standard-program.ts';

const run = promisify(execFile);

type Batch = { readonly paths: string[]; readonly made: Promise<void> };

export class FifoMaker {
  /** Under way, or done. */
  #last: Promise<unknown> = Promise.resolve();
  /** The one after that, which may still grow. */
  #next: Batch | null = null;

  /** Resolves once they are there, for their owner only. */
  async make(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    this.#next ??= this.#begin();
    this.#next.paths.push(...paths);
    await this.#next.made;
  }

  #begin(): Batch {
    const paths: string[] = [];
    const made = this.#last.then(() => {
      this.#next = null;
      return makeFifos(paths);
    });
    this.#last = made.catch(() => {});
    return { paths, made };
  }
}

/** What an argument list holds for certain. */
const most = 1000;

async function makeFifos(paths: readonly string[]): Promise<void> {
  for (let from = 0; from < paths.length; from += most)
    await run(standardProgram('mkfifo'), ['-m', '600', ...paths.slice(from, from + most)]);
}

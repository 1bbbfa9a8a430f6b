// Shims tell what happens through one FIFO: a line is shorter than PIPE_BUF, so lines never mix. What they tell stands in the replicas'
// folders, too: an agent that was not there reads it later.

import { execFileSync } from 'node:child_process';
import { constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { standardProgram } from './shim/standard-program.ts';

export type Notice = { readonly kind: 'started' | 'exited' | 'drained'; readonly replicaId: string; readonly run: number };

export class Notices {
  readonly path: string;
  readonly #pipe: Socket;
  #begun = '';

  /** Held open for writing, too, so that it does not end when the last shim has written. */
  constructor(path: string, onNotice: (notice: Notice) => void) {
    this.path = path;
    rmSync(path, { force: true });
    makeFifos([path]);
    this.#pipe = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), readable: true, writable: false });
    this.#pipe.setEncoding('latin1');
    this.#pipe.on('data', (text) => this.#read(String(text), onNotice));
  }

  close(): void {
    this.#pipe.destroy();
  }

  #read(text: string, onNotice: (notice: Notice) => void): void {
    const lines = (this.#begun + text).split('\n');
    this.#begun = lines.pop() ?? '';
    for (const line of lines) {
      const [kind, replicaId = '', run] = line.split(' ');
      if (kind === 'started' || kind === 'exited' || kind === 'drained') onNotice({ kind, replicaId, run: Number(run) });
    }
  }
}

/** One exec for many. */
export function makeFifos(paths: readonly string[]): void {
  const most = 2000;
  for (let from = 0; from < paths.length; from += most)
    execFileSync(standardProgram('mkfifo'), ['-m', '600', ...paths.slice(from, from + most)], { stdio: 'ignore' });
}

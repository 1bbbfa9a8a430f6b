// Shims tell what happens through one FIFO: a line is shorter than PIPE_BUF, so lines never mix. What they tell stands in the replicas'
// folders, too: an agent that was not there reads it later.

import { execFileSync } from 'node:child_process';
import { constants, openSync, rmSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { standardProgram } from './shim/standard-program.ts';

/** What a tee says when it can't write. */
export type Trouble = { readonly replicaId: string; readonly stream: 'stdout' | 'stderr'; readonly why: string };

export type NoticeEvents = { readonly notice: (notice: Notice) => void; readonly trouble: (trouble: Trouble) => void };

export type Notice = { readonly kind: 'started' | 'exited' | 'drained'; readonly replicaId: string; readonly run: number };

export class Notices {
  readonly path: string;
  readonly #pipe: Socket;
  #begun = '';

  /**
   * Held open for writing, too, so that it does not end when the last shim has written. One that is there is used again: tees that outlived
   * the agent before hold it, and what they told meanwhile is still in it.
   */
  constructor(path: string, { notice, trouble }: NoticeEvents) {
    this.path = path;
    if (statSync(path, { throwIfNoEntry: false })?.isFIFO() !== true) {
      rmSync(path, { force: true });
      execFileSync(standardProgram('mkfifo'), ['-m', '600', path], { stdio: 'ignore' });
    }
    this.#pipe = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), readable: true, writable: false });
    this.#pipe.setEncoding('latin1');
    this.#pipe.on('data', (text) => this.#read(String(text), { notice, trouble }));
  }

  close(): void {
    this.#pipe.destroy();
  }

  #read(text: string, { notice, trouble }: NoticeEvents): void {
    const lines = (this.#begun + text).split('\n');
    this.#begun = lines.pop() ?? '';
    for (const line of lines) {
      const [kind, replicaId = '', run] = line.split(' ');
      if (kind === 'started' || kind === 'exited' || kind === 'drained') notice({ kind, replicaId, run: Number(run) });
      else {
        const found = /([0-9a-f]{32})\/(stdout|stderr)\S*: (.+)$/.exec(line);
        if (found !== null)
          trouble({ replicaId: found[1] ?? '', stream: found[2] === 'stdout' ? 'stdout' : 'stderr', why: found[3] ?? '' });
      }
    }
  }
}

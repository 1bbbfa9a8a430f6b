// An upgraded connection of the engine as a Session.

import type { Duplex, Readable } from 'node:stream';
import { demultiplex } from '#engine/demultiplex.ts';
import type { Engine } from '#engine/engine.ts';
import { silentStream } from '../../detached-session.ts';
import type { Session, TerminalSize } from '../../runtime.ts';

export type Connection = {
  readonly duplex: Duplex;
  readonly tty: boolean;
  readonly interactive: boolean;
  /** Asked once the connection has ended. */
  readonly exitCode: () => Promise<number>;
  readonly resize: (size: TerminalSize) => Promise<void>;
  readonly signal: (name: string) => Promise<void>;
};

export function sessionOver({ duplex, tty, interactive, exitCode, resize, signal }: Connection): Session {
  const { stdout, stderr } = tty ? { stdout: duplex as Readable, stderr: silentStream() } : demultiplex(duplex);
  const exit = ended(stdout, stderr).then(exitCode);
  // Whoever waits for it gets the error; that nobody does must not end the program.
  exit.catch(() => {});
  return { stdin: interactive ? duplex : null, stdout, stderr, resize, signal, exit };
}

/** All that it said has been read, or its reader has gone. Rejects when the connection was lost. */
async function ended(...streams: readonly Readable[]): Promise<void> {
  await Promise.all(
    streams.map(
      (stream) =>
        new Promise<void>((resolve, reject) => {
          stream.once('end', resolve).once('close', resolve).once('error', reject);
        }),
    ),
  );
}

/** The engine's resize call, for /containers and /exec alike. */
export function resizer(engine: Engine, path: string): (size: TerminalSize) => Promise<void> {
  return async ({ columns, rows }) => {
    await engine.json({ path: `${path}/resize`, method: 'POST', query: { w: columns, h: rows } });
  };
}

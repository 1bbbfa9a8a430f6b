// This terminal and a program inside a container become one: keys, output, size and, in the end, the exit code.

import type { Session } from '#runtime/runtime.ts';
import type { Interrupts } from './interrupts.ts';

export type JoinOptions = {
  readonly hasTerminal: boolean;
  readonly isInteractive: boolean;
  readonly interrupts: Interrupts;
};

/** Resolves to the program's exit code; the terminal is as it was before, whatever happened. */
export async function joinSession(session: Session, { hasTerminal, isInteractive, interrupts }: JoinOptions): Promise<number> {
  const restore = hasTerminal ? takeTerminal(session) : forwardInterrupts(session, interrupts);
  try {
    session.stdout.pipe(process.stdout, { end: false });
    session.stderr.pipe(process.stderr, { end: false });
    if (isInteractive && session.stdin !== null) {
      // What the program no longer reads (`head -1`) is no failure of ours.
      session.stdin.on('error', () => {});
      process.stdin.pipe(session.stdin);
    }
    return await session.exit;
  } finally {
    process.stdin.unpipe();
    process.stdin.pause();
    restore();
  }
}

/** Keys go through unread by the terminal driver, Ctrl-C among them; the program inside hears about a new size. */
function takeTerminal(session: Session): () => void {
  const { stdin, stdout } = process;
  const resize = (): void => {
    // A program that ends just now has no size any more.
    session.resize({ columns: stdout.columns, rows: stdout.rows }).catch(() => {});
  };
  const leaveRaw = (): void => void (stdin.isTTY && stdin.setRawMode(false));
  if (stdin.isTTY) stdin.setRawMode(true);
  process.once('exit', leaveRaw);
  stdout.on('resize', resize);
  resize();
  return () => {
    stdout.off('resize', resize);
    process.off('exit', leaveRaw);
    leaveRaw();
  };
}

/** Without a terminal inside, Ctrl-C is ours to pass on; the second one leaves. */
function forwardInterrupts(session: Session, interrupts: Interrupts): () => void {
  let times = 0;
  return interrupts.handle(() => {
    if (++times > 1) process.exit(130);
    session.signal('SIGINT').catch(() => process.exit(130));
  });
}

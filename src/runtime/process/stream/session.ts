// A program in the agent's hands as a Session.

import type { AgentSession } from '#api/agent/client.ts';
import { onAbort, untilAborted } from '#lib/cancel.ts';
import type { Session } from '../../runtime.ts';

/** The signal ends it: its streams close, and `exit` rejects. `exitCode`: of what the session is about, where that is not its own. */
export function sessionOver(open: AgentSession, signal: AbortSignal, exitCode: () => Promise<number> = () => open.exit): Session {
  const stopListening = onAbort(signal, (error) => {
    open.stdin?.end();
    open.stdout.destroy(error);
    open.stderr.destroy(error);
  });
  const exit = untilAborted(exitCode(), signal).finally(stopListening);
  // Whoever waits for it gets the error; that nobody does must not end the program.
  exit.catch(() => {});
  for (const stream of [open.stdout, open.stderr]) stream.on('error', () => {});
  return {
    stdin: open.stdin,
    stdout: open.stdout,
    stderr: open.stderr,
    resize: (size) => open.resize(size),
    signal: (name) => open.signal(name),
    exit,
  };
}

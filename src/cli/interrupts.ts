// Ctrl-C and SIGTERM: the first asks to stop, the second leaves at once.

import { MusterError } from '#lib/errors.ts';

export type Interrupts = {
  /** Fires at the first one. Listening starts with the first look at it. */
  readonly signal: AbortSignal;
  /** Takes over what the next ones do; the returned function gives it back. */
  handle(act: () => void): () => void;
};

export const interruptedExitCode = 130;

export function openInterrupts(): Interrupts {
  const controller = new AbortController();
  let listening = false;
  const handlers: (() => void)[] = [
    () => {
      if (controller.signal.aborted) process.exit(interruptedExitCode);
      controller.abort(new MusterError('CANCELLED', 'interrupted', { exitCode: interruptedExitCode }));
    },
  ];
  const listen = (): void => {
    if (listening) return;
    listening = true;
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => handlers.at(-1)?.());
  };
  return {
    get signal() {
      listen();
      return controller.signal;
    },
    handle(act) {
      listen();
      handlers.push(act);
      return () => void handlers.splice(handlers.lastIndexOf(act), 1);
    },
  };
}

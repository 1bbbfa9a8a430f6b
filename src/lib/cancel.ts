import { MusterError } from './errors.ts';

/** The error that work ends with when `signal` fired: its reason if that already explains itself, CANCELLED otherwise. */
export function cancelledBy(signal: AbortSignal): MusterError {
  const reason: unknown = signal.reason;
  if (reason instanceof MusterError) return reason;
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError';
  return timedOut
    ? new MusterError('TIMED_OUT', 'gave up waiting', { cause: reason })
    : new MusterError('CANCELLED', 'cancelled', { cause: reason, exitCode: 130 });
}

/** Calls `act` once when `signal` fires, at once if it already has. The returned function takes the listener off again. */
export function onAbort(signal: AbortSignal | undefined, act: (error: MusterError) => void): () => void {
  if (signal === undefined) return () => {};
  const listener = (): void => act(cancelledBy(signal));
  if (signal.aborted) {
    listener();
    return () => {};
  }
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** The result of `work`, or the signal's error as soon as it fires; `work` itself goes on, for others that wait for it too. */
export async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  let stopListening = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stopListening = onAbort(signal, reject);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stopListening();
  }
}

/**
 * Work that somebody else finishes anyway, and whose outcome whoever undoes it must know: it is given a signal that fires so much later than
 * `signal`.
 */
export async function lettingFinish<Value>(
  signal: AbortSignal,
  patienceMs: number,
  work: (late: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stopListening = onAbort(signal, (error) => (timer = setTimeout(() => late.abort(error), patienceMs)));
  try {
    return await work(late.signal);
  } finally {
    stopListening();
    clearTimeout(timer);
  }
}

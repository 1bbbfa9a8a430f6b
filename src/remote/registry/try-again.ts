// A registry that is busy or restarting, or a connection that breaks, is no reason to give up at once.

import { setTimeout as delay } from 'node:timers/promises';
import { cancelledBy } from '#lib/cancel.ts';
import { exchange, type Answer, type Request } from './request.ts';

/** Rejects when the signal fires. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** The last answer, or the last error, when it does not help. What is asked for may be asked for twice. */
export async function exchangePatiently(request: Request, pause: Pause = pauseFor): Promise<Answer> {
  for (const backOffMs of backOffsMs) {
    const waitMs = await attempt(request, backOffMs);
    if (typeof waitMs !== 'number') return waitMs;
    await pause(waitMs, request.signal);
  }
  return exchange(request);
}

/** Milliseconds to wait before it is worth another try. */
async function attempt(request: Request, backOffMs: number): Promise<Answer | number> {
  try {
    const answer = await exchange(request);
    return isPassing(answer.status) ? (askedToWaitMs(answer) ?? backOffMs) : answer;
  } catch (error) {
    if (brokenConnection.has((error as NodeJS.ErrnoException).code ?? '')) return backOffMs;
    throw error;
  }
}

const backOffsMs = [500, 1000, 2000];
/** Nobody waits longer before a terminal without being asked. */
const maxWaitMs = 20_000;

/** Not 501 and 505: such a registry will never be able to. */
const isPassing = (status: number): boolean => [429, 500, 502, 503, 504].includes(status);

/** EAI_AGAIN: the name server is busy. A refused connection is an answer. */
const brokenConnection = new Set(['ECONNRESET', 'EPIPE', 'EAI_AGAIN']);

/** Retry-After: seconds, or a date (RFC 9110 section 10.2.3). null: it does not say. */
function askedToWaitMs({ headers }: Answer): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), maxWaitMs);
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw cancelledBy(signal);
  }
}

import { setTimeout as pause } from 'node:timers/promises';

/** Waits until something of another process is so; `what` names it in the error. */
export async function until(isSo: () => Promise<boolean>, timeoutMs: number, what: string): Promise<void> {
  const giveUp = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > giveUp) throw new Error(`waited ${Math.round(timeoutMs / 1000)} s for ${what}`);
    await pause(50);
  }
}

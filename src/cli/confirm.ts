// A question before something is lost. Only a person at a terminal is asked.

import { MusterError } from '#lib/errors.ts';
import type { App } from './app.ts';

/** True for y or yes; anything else, also an end of input, is no. Without a terminal it is an error that says how to answer beforehand. */
export async function confirm(app: App, question: string, otherwise: string): Promise<boolean> {
  if (!app.terminal.canAsk)
    throw new MusterError('BAD_ARGUMENT', `${question} There is no terminal to ask at`, { hint: otherwise });
  const { createInterface } = await import('node:readline/promises');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await reader.question(`${question} [y/N] `, { signal: app.interrupts.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}

// A question before something is lost: put to a person at a terminal, or answered by what a script pipes in (`yes | muster rm`).

import { cancelledBy } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { App } from './app.ts';

/** True for y or yes, false for any other answer. When nobody answers it is an error that says how to answer beforehand. */
export async function confirm(app: App, question: string, otherwise: string): Promise<boolean> {
  const answer = app.terminal.canAsk ? await ask(app, question) : await pipedAnswer(app);
  if (answer === null) throw new MusterError('BAD_ARGUMENT', `${question} There is no terminal to ask at`, { hint: otherwise });
  return /^y(es)?$/i.test(answer.trim());
}

async function ask({ interrupts }: App, question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await reader.question(`${question} [y/N] `, { signal: interrupts.signal });
  } finally {
    reader.close();
  }
}

/** The first line of standard input; null when there is none, or when a person sits there who can't see the question. */
async function pipedAnswer({ interrupts: { signal } }: App): Promise<string | null> {
  if (process.stdin.isTTY) return null;
  const { createInterface } = await import('node:readline/promises');
  const reader = createInterface({ input: process.stdin, signal });
  try {
    for await (const line of reader) return line;
    if (signal.aborted) throw cancelledBy(signal);
    return null;
  } finally {
    reader.close();
  }
}

import type { App } from './app.ts';

/** Asks for something that must not be seen: what is typed does not appear. */
export async function askSecret({ interrupts }: App, question: string): Promise<string> {
  const [{ createInterface }, { Writable }] = await Promise.all([import('node:readline/promises'), import('node:stream')]);
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await reader.question('', { signal: interrupts.signal });
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}

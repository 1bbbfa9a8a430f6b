import { MusterError } from '#lib/errors.ts';
import { type GitReference, shownUrl } from '#model/remote-reference.ts';
import { checkOut } from '#remote/git.ts';
import type { App } from './app.ts';

/** For `include` and `extends` from Git; Docker Compose's own switch turns it off. */
export async function fetchRepository(app: App, reference: GitReference): Promise<string> {
  const { environment, interrupts, terminal } = app;
  if (/^(?:0|f|false)$/i.test(environment['COMPOSE_EXPERIMENTAL_GIT_REMOTE'] ?? ''))
    throw new MusterError('REMOTE_FAILED', `${shownUrl(reference)}: COMPOSE_EXPERIMENTAL_GIT_REMOTE=false forbids it`, {
      hint: 'unset it, or keep a copy of the file here',
    });
  const say = (what: string): void => terminal.stderr.write(`${what} ${shownUrl(reference)}\n`);
  const patience = setTimeout(() => say('Waiting for'), patienceMs);
  try {
    return await checkOut(reference, { environment, signal: interrupts.signal, onFetch: () => say('Fetching') });
  } finally {
    clearTimeout(patience);
  }
}

/** Silence for longer looks like a program that hangs. */
const patienceMs = 2000;

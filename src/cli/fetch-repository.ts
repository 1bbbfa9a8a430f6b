import { MusterError } from '#lib/errors.ts';
import { type GitReference, shownUrl } from '#model/remote-reference.ts';
import { checkOut } from '#remote/git.ts';
import type { App } from './app.ts';

/** For `include` and `extends` from Git; Docker Compose's own switch turns it off. */
export function fetchRepository(app: App, reference: GitReference): Promise<string> {
  const { environment, interrupts, terminal } = app;
  if (/^(?:0|f|false)$/i.test(environment['COMPOSE_EXPERIMENTAL_GIT_REMOTE'] ?? ''))
    throw new MusterError('REMOTE_FAILED', `${shownUrl(reference)}: COMPOSE_EXPERIMENTAL_GIT_REMOTE=false forbids it`, {
      hint: 'unset it, or keep a copy of the file here',
    });
  return checkOut(reference, {
    environment,
    signal: interrupts.signal,
    onFetch: (commit) => terminal.stderr.write(`Fetching ${shownUrl(reference)} at ${commit.slice(0, 12)}\n`),
  });
}

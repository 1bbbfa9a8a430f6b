// Where this user's state lives: locks, receipts, staged secrets. XDG Base Directory Specification, section 3.

import { isAbsolute, join } from 'node:path';
import { MusterError } from './errors.ts';

/** `$XDG_STATE_HOME/muster`, else `~/.local/state/muster`. It need not exist yet. */
export function stateDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_STATE_HOME: state, HOME: home } = environment;
  // The specification says to ignore a relative path.
  if (state !== undefined && isAbsolute(state)) return join(state, 'muster');
  if (home !== undefined && isAbsolute(home)) return join(home, '.local', 'state', 'muster');
  throw new MusterError('STATE_DIRECTORY', 'there is no place for muster’s state: neither HOME nor XDG_STATE_HOME is set', {
    hint: 'set XDG_STATE_HOME to a directory of yours, e.g. XDG_STATE_HOME=/var/lib/ci',
  });
}

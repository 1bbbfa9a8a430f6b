import { MusterError } from '#lib/errors.ts';

/** What can't be written in the state directory, with the remedy. `consolation`: what is all right nevertheless. */
export function stateFailure(what: string, cause: unknown, consolation?: string): MusterError {
  const isFull = isDiskFull(cause);
  const why = isFull ? 'the disk is full' : cause instanceof Error ? cause.message : String(cause);
  const remedy = isFull ? 'free some space' : 'make the folder writable, or set XDG_STATE_HOME to one that is';
  return new MusterError('STATE_DIRECTORY', `${what}: ${why}`, {
    hint: consolation === undefined ? remedy : `${remedy}; ${consolation}`,
    cause,
  });
}

export function isDiskFull(cause: unknown): boolean {
  const { code, errcode } = cause as { readonly code?: unknown; readonly errcode?: unknown };
  const sqliteFull = 13;
  return code === 'ENOSPC' || code === 'EDQUOT' || errcode === sqliteFull;
}

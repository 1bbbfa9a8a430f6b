// What `exec` and `run` both decide from their flags.

import { MusterError } from '#lib/errors.ts';
import type { App } from './app.ts';

export type TerminalFlags = {
  readonly 'no-tty': boolean;
  readonly 'no-TTY': boolean;
  readonly tty: boolean;
  readonly interactive: boolean;
  readonly detach: boolean;
};

/** A terminal inside needs one outside: for keys and for output, unless -T or -t=false says otherwise. */
export function wantsTerminal(flags: TerminalFlags): boolean {
  if (flags['no-tty'] || flags['no-TTY'] || !flags.tty || flags.detach) return false;
  return process.stdout.isTTY && (process.stdin.isTTY || !flags.interactive);
}

/** `KEY=value` as it is, `KEY` with the value that it has here; one that is not set here is left out. */
export function environmentOf(app: App, variables: readonly string[]): string[] {
  return variables.flatMap((variable) => {
    if (variable === '' || variable.startsWith('='))
      throw new MusterError('BAD_FLAG', `"${variable}" is not a variable`, {
        hint: 'write KEY=VALUE, or KEY for the value that it has here',
      });
    if (variable.includes('=')) return [variable];
    const value = app.environment[variable];
    return value === undefined ? [] : [`${variable}=${value}`];
  });
}

// What every command gets: global flags, environment, streams, and a signal that fires on Ctrl-C.

import type { Globals } from './globals.ts';
import type { Interrupts } from './interrupts.ts';
import type { Terminal } from './terminal.ts';

export type App = {
  /** As typed, without secrets: `up --detach web`. */
  readonly command: string;
  readonly globals: Globals;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly terminal: Terminal;
  readonly interrupts: Interrupts;
  /** Set by `plan`: how it prints what --dry-run would. */
  readonly planning?: { readonly asJson: boolean; readonly detailedExitCode: boolean };
};

// A command is data plus a function that is loaded when it runs; help, "did you mean" and the reference come from the data.

import type { App } from './app.ts';
import type { FlagTable, FlagValues } from './flag-types.ts';

/** Headings of `muster --help`, in its order. */
export const commandGroups = {
  run: 'Run an application',
  look: 'See what is there',
  use: 'Work inside',
  image: 'Images',
  file: 'The Compose file',
  history: 'History',
  muster: 'About muster',
} as const;

export type Example = { readonly line: string; readonly does: string };

export type Invocation<Table extends FlagTable> = {
  readonly app: App;
  readonly flags: FlagValues<Table>;
  /** Names of the flags that stood on the command line, also with their default's value. */
  readonly given: ReadonlySet<string>;
  readonly args: readonly string[];
};

/** Resolves to the exit code; nothing means 0. */
export type Run<Table extends FlagTable> = (invocation: Invocation<Table>) => Promise<number | void>;

type CommandSpec<Table extends FlagTable> = {
  readonly name: string;
  readonly group: keyof typeof commandGroups;
  /** Not for people: in no help and no reference. */
  readonly hidden?: true;
  /** One line, starts with a verb, no full stop. */
  readonly summary: string;
  /** What stands after the flags: `[SERVICE...]`. */
  readonly args: string;
  /** How many positional arguments are fine. */
  readonly takes?: { readonly min: number; readonly max: number };
  readonly description?: string;
  readonly flags: Table;
  /** Flags that Docker Compose has and we don't yet: `--watch`, `-w`. */
  readonly notYet?: readonly string[];
  /** False: everything after the first positional argument belongs to it, as for `exec` and `run`. */
  readonly interspersed?: false;
  readonly examples?: readonly Example[];
  readonly subcommands?: readonly Command[];
  readonly load: () => Promise<{ readonly run: Run<Table> }>;
};

/** What the table holds: the flags' own types are known to the command's run module only. */
export type Command = Omit<CommandSpec<FlagTable>, 'load'> & {
  readonly load: () => Promise<{ readonly run: Run<FlagTable> }>;
};

export function command<Table extends FlagTable>(spec: CommandSpec<Table>): Command {
  // The parser hands `run` exactly the values that `spec.flags` describes, so that forgetting the precise type is sound.
  return spec as unknown as Command;
}

import { MusterError } from '#lib/errors.ts';
import { globalFlags } from '../globals.ts';
import { commandHelp, rootHelp } from '../help.ts';
import { commands } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** Help for the command at `path`, or for muster itself. */
export function run(path: readonly string[], { stdout }: Pick<Terminal, 'stdout'>): void {
  const width = Math.min(stdout.isTerminal ? stdout.columns : 100, 120);
  stdout.write(`${path.length === 0 ? rootHelp(commands, globalFlags, { width }) : helpFor(path, width)}\n`);
}

function helpFor(path: readonly string[], width: number): string {
  const [name = '', sub] = path;
  const found = commands.find((one) => one.name === name);
  const command = sub === undefined ? found : found?.subcommands?.find((one) => one.name === sub);
  if (command === undefined)
    throw new MusterError('UNKNOWN_COMMAND', `there is no command ${path.join(' ')}`, { hint: 'see muster --help' });
  return commandHelp(path.join(' '), command, { width });
}

// `muster --help` and `muster COMMAND --help`, from the command table.

import { type Command, commandGroups } from './command.ts';
import type { Flag, FlagTable } from './flag-types.ts';
import { synopsis } from './flags.ts';
import { type Row, twoColumns, wrap } from './render/columns.ts';

export type HelpOptions = { readonly width: number };

export function rootHelp(commands: readonly Command[], globals: FlagTable, { width }: HelpOptions): string {
  const lines = [
    'muster runs applications made of several services, described by a Compose file.',
    '',
    'Usage: muster [OPTIONS] COMMAND',
  ];
  for (const [group, heading] of Object.entries(commandGroups)) {
    const rows = commands.filter((one) => one.group === group && one.hidden !== true).map((one): Row => [one.name, one.summary]);
    if (rows.length > 0) lines.push('', heading, ...twoColumns([...rows], width));
  }
  lines.push('', 'Options, before or after the command', ...twoColumns(flagRows(globals), width));
  lines.push('', 'muster COMMAND --help explains one command and its options.');
  return lines.join('\n');
}

export function commandHelp(path: string, command: Command, { width }: HelpOptions): string {
  const lines = [`${command.summary}.`, '', `Usage: ${usage(path, command)}`];
  if (command.description !== undefined)
    lines.push('', ...command.description.split('\n').flatMap((paragraph) => wrap(paragraph, width)));
  if (command.subcommands !== undefined) {
    const rows = command.subcommands.map((one): Row => [one.name, one.summary]);
    lines.push('', 'Commands', ...twoColumns(rows, width));
  }
  const options = flagRows(command.flags);
  if (options.length > 0) lines.push('', 'Options', ...twoColumns(options, width));
  if (command.examples !== undefined) {
    lines.push('', 'Examples');
    for (const { line, does } of command.examples) lines.push(`  # ${does}`, `  ${line}`);
  }
  lines.push('', 'Options of every command: muster --help');
  return lines.join('\n');
}

/** `muster up [OPTIONS] [SERVICE...]` */
export function usage(path: string, command: Command): string {
  const options = Object.keys(command.flags).length > 0 ? ' [OPTIONS]' : '';
  const sub = command.subcommands === undefined ? '' : ' [COMMAND]';
  return `muster ${path}${options}${sub}${command.args === '' ? '' : ` ${command.args}`}`;
}

export function flagRows(flags: FlagTable): Row[] {
  return Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true)
    .map(([name, flag]) => [indented(name, flag), `${flag.help}${defaultOf(flag)}`]);
}

/** Long names line up whether or not there is a short one. */
function indented(name: string, flag: Flag): string {
  return flag.short === undefined ? `    ${synopsis({ name, flag })}` : synopsis({ name, flag });
}

function defaultOf(flag: Flag): string {
  if (flag.type === 'strings' || flag.type === 'pairs' || flag.default === undefined || flag.default === '') return '';
  return ` (default ${String(flag.default)})`;
}

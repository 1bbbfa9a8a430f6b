// The command as receipts and the lock tell it: flags by their long names, and nothing that could be a secret.

import { shellQuote } from '#lib/shell-quote.ts';
import type { Command } from './command.ts';
import type { Flag, FlagValue } from './flag-types.ts';
import type { Parsed } from './flags.ts';

/** `up --detach --scale web=3 web`, `run --env TOKEN=… web …`. Flags for every command are left out: a receipt has what they choose. */
export function commandText(path: readonly string[], command: Command, line: Parsed): string {
  const flags = Object.entries(command.flags).flatMap(([name, flag]) =>
    line.given.has(name) ? flagWords(`--${name}`, flag, line.values[name] ?? null) : [],
  );
  return [...path, ...flags, ...argumentWords(command, line.args)].join(' ');
}

function flagWords(name: string, flag: Flag, value: FlagValue): string[] {
  if (flag.type === 'bool') return [value === true ? name : `${name}=false`];
  const values = Array.isArray(value) ? (value as readonly (string | readonly (string | null)[])[]) : [String(value)];
  return values.flatMap((each) => [name, valueText(flag, typeof each === 'string' ? each : each.filter(isText).join('='))]);
}

/** Variables and build arguments carry passwords and tokens. */
function valueText({ value: placeholder }: Flag, text: string): string {
  const equals = text.indexOf('=');
  return placeholder === 'KEY=VALUE' && equals >= 0 ? `${shellQuote(text.slice(0, equals))}=…` : shellQuote(text);
}

/** Somebody else's command line may hold anything. */
function argumentWords({ interspersed }: Command, args: readonly string[]): string[] {
  if (interspersed !== false) return args.map(shellQuote);
  return [...args.slice(0, 1).map(shellQuote), ...(args.length > 1 ? ['…'] : [])];
}

const isText = (part: string | null): part is string => part !== null;

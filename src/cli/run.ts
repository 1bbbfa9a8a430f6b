// argv -> command -> exit code. Errors rise to the edge (main.ts), which prints them.

import { MusterError } from '#lib/errors.ts';
import { nearestName } from '#lib/nearest-name.ts';
import type { Command } from './command.ts';
import { commandText } from './command-text.ts';
import type { FlagTable, FlagValue, FlagValues } from './flag-types.ts';
import { type Parsed, parseFlags } from './flags.ts';
import { globalFlags, projectDirectoryOf, readGlobals } from './globals.ts';
import { openInterrupts } from './interrupts.ts';
import { commands } from './table.ts';
import { openTerminal } from './terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const helpFlag = { help: { type: 'bool', short: 'h', help: 'Print this help', hidden: true } } as const satisfies FlagTable;
const rootFlags = {
  ...globalFlags,
  ...helpFlag,
  version: { type: 'bool', short: 'v', help: 'Print the version', hidden: true },
} as const satisfies FlagTable;

export async function runCommandLine(argv: readonly string[], environment: Environment, cwd: string): Promise<number> {
  const root = parseFlags(argv, { command: 'muster', flags: rootFlags, interspersed: false });
  if (root.values['version'] === true) return runCommandLine(['version'], environment, cwd);
  const [name, ...rest] = root.args;
  if (name === undefined) return printHelp([], root, environment);
  const { path, command, words } = findCommand(name, rest);
  if (root.values['help'] === true) return printHelp(path, root, environment);

  const line = parseFlags(words, {
    command: `muster ${path.join(' ')}`,
    flags: { ...unshadowed(globalFlags, command.flags), ...unshadowed(helpFlag, command.flags), ...command.flags },
    interspersed: command.interspersed ?? true,
    notYet: command.notYet,
  });
  if (line.values['help'] === true && !('help' in command.flags)) return printHelp(path, root, environment);
  checkArguments(path, command, line.args);

  const flags = globalValues(root, line, command);
  const known = await withEnvFiles(command, flags, environment, cwd);
  const globals = readGlobals(flags, known);
  const app = {
    command: commandText(path, command, line),
    globals,
    environment: known,
    cwd,
    terminal: openTerminal(globals.ansi, known),
    interrupts: openInterrupts(),
  };
  const { run } = await command.load();
  return (await run({ app, flags: line.values, given: line.given, args: line.args })) ?? 0;
}

type Chosen = { readonly path: readonly string[]; readonly command: Command; readonly words: readonly string[] };

/** Follows `receipts list` down to the command that runs; a group's own entry runs when no sub-command is named. */
function findCommand(name: string, words: readonly string[]): Chosen {
  const command = commands.find((one) => one.name === name) ?? unknownCommand(name);
  const [next, ...rest] = words;
  const sub = command.subcommands?.find((one) => one.name === next);
  return sub === undefined ? { path: [name], command, words } : { path: [name, sub.name], command: sub, words: rest };
}

/** Docker Compose's commands that are still to come. */
const commandsToCome = 'alpha attach bridge commit convert cp export pause publish push stats unpause volumes wait'.split(' ');

function unknownCommand(name: string): never {
  if (commandsToCome.includes(name))
    throw new MusterError('NOT_YET', `there is no command ${name} yet, which Docker Compose has`, {
      hint: 'what there is: muster --help',
    });
  const nearest = nearestName(
    name,
    commands.map((one) => one.name),
  );
  throw new MusterError('UNKNOWN_COMMAND', `there is no command ${name}`, {
    hint: `${nearest === null ? '' : `did you mean ${nearest}? `}see muster --help`,
  });
}

/** Global flags may stand after the command too, where its own flags leave their names free (`logs -f` is follow). */
function unshadowed(globals: FlagTable, own: FlagTable): FlagTable {
  const taken = new Set(Object.values(own).map((flag) => flag.short));
  const free: Record<string, FlagTable[string]> = {};
  for (const [name, flag] of Object.entries(globals)) {
    if (name in own) continue;
    const { short, ...rest } = flag;
    free[name] = short !== undefined && !taken.has(short) ? flag : rest;
  }
  return free;
}

/** What stands after the command wins over what stands before it; lists join. */
function globalValues(root: Parsed, line: Parsed, command: Command): FlagValues<typeof globalFlags> {
  const values: Record<string, FlagValue> = {};
  for (const name of Object.keys(globalFlags)) {
    const [before, after] = [root.values[name] ?? null, name in command.flags ? null : (line.values[name] ?? null)];
    if (Array.isArray(before) && Array.isArray(after)) values[name] = [...before, ...after];
    else values[name] = line.given.has(name) && !(name in command.flags) ? after : before;
  }
  // Both parses produced exactly the kinds that globalFlags describes.
  return values as unknown as FlagValues<typeof globalFlags>;
}

/** Commands about muster itself belong to no application's folder. */
async function withEnvFiles(
  { group }: Command,
  flags: FlagValues<typeof globalFlags>,
  environment: Environment,
  cwd: string,
): Promise<Environment> {
  if (group === 'muster') return environment;
  const { withOwnVariables } = await import('#compose/own-variables.ts');
  return withOwnVariables({
    files: flags.file,
    projectDirectory: projectDirectoryOf(flags),
    envFiles: flags['env-file'],
    environment,
    cwd,
  });
}

function checkArguments(path: readonly string[], command: Command, args: readonly string[]): void {
  const { min, max } = command.takes ?? { min: 0, max: command.args === '' ? 0 : Number.POSITIVE_INFINITY };
  if (args.length >= min && args.length <= max) return;
  const name = `muster ${path.join(' ')}`;
  const expected = max === 0 ? 'no arguments' : command.args;
  const found = args.length === 0 ? 'none' : `"${args.join(' ')}"`;
  throw new MusterError('BAD_ARGUMENT', `${path.join(' ')} takes ${expected}, not ${found}`, { hint: `see ${name} --help` });
}

async function printHelp(path: readonly string[], root: Parsed, environment: Environment): Promise<number> {
  const { run } = await import('./commands/help-run.ts');
  const globals = readGlobals(root.values as unknown as FlagValues<typeof globalFlags>, environment);
  run(path, openTerminal(globals.ansi, environment));
  return 0;
}

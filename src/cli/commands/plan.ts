import { type Command, command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { build } from './build.ts';
import { create } from './create.ts';
import { down } from './down.ts';
import { kill } from './kill.ts';
import { pull } from './pull.ts';
import { restart } from './restart.ts';
import { rm } from './rm.ts';
import { scale } from './scale.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { up } from './up.ts';

export const planFlags = {
  format: { type: 'string', value: 'FORMAT', choices: ['text', 'json'], default: 'text', help: 'text or json' },
  'detailed-exitcode': { type: 'bool', help: 'Exit with 0 when nothing is to be done, with 2 when something is' },
} as const satisfies FlagTable;

export const plan: Command = {
  ...planOf(up),
  name: 'plan',
  summary: 'Print what a command would do, and why, without doing it',
  description:
    'Without a command: what `up` would do. Every command that changes something can be planned, with its own options.',
  examples: [
    { line: 'muster plan', does: 'what up would do' },
    { line: 'muster plan down -v', does: 'what down -v would remove' },
    { line: 'muster plan --detailed-exitcode', does: 'for scripts: 2 when there is something to do' },
  ],
  subcommands: [up, create, down, start, stop, restart, kill, rm, scale, build, pull].map(planOf),
};

/** The same command line, planned only. */
function planOf(planned: Command): Command {
  return command({
    ...planned,
    group: 'run',
    summary: `Print what ${planned.name} would do`,
    examples: undefined,
    flags: { ...planned.flags, ...planFlags },
    load: async () => {
      const [{ planOnly }, { run }] = await Promise.all([import('./plan-run.ts'), planned.load()]);
      return { run: (invocation) => planOnly(run, invocation) };
    },
  });
}

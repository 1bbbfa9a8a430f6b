import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { indexFlag } from './shared-flags.ts';

export const execFlags = {
  detach: { type: 'bool', short: 'd', help: 'Leave it running in the background' },
  env: { type: 'strings', short: 'e', value: 'KEY=VALUE', help: 'Set a variable, repeatable' },
  ...indexFlag,
  'no-tty': { type: 'bool', short: 'T', help: 'No terminal; the default when standard output is none' },
  privileged: { type: 'bool', help: 'With all privileges' },
  user: { type: 'string', short: 'u', value: 'USER', help: 'Run as this user' },
  workdir: { type: 'string', short: 'w', value: 'PATH', help: 'Folder to run in' },
  interactive: { type: 'bool', short: 'i', default: true, hidden: true, help: 'Keep standard input open' },
  tty: { type: 'bool', short: 't', default: true, hidden: true, help: 'With a terminal' },
  'no-TTY': { type: 'bool', hidden: true, help: 'Old name of --no-tty' },
} as const satisfies FlagTable;

export const exec = command({
  name: 'exec',
  group: 'use',
  summary: 'Run a command in a running replica',
  args: 'SERVICE COMMAND [ARGS...]',
  takes: { min: 2, max: Number.POSITIVE_INFINITY },
  interspersed: false,
  flags: execFlags,
  examples: [
    { line: 'muster exec web sh', does: 'a shell' },
    { line: 'muster exec -T db pg_dump shop > shop.sql', does: 'the output of a program into a file' },
  ],
  load: () => import('./exec-run.ts'),
});

import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { dataFormats } from './shared-flags.ts';

export const statusFlags = {
  format: { type: 'string', value: 'FORMAT', choices: dataFormats, default: 'table', help: 'table or json' },
  watch: { type: 'bool', short: 'w', help: 'Go on looking, and show what changes, until Ctrl-C' },
} as const satisfies FlagTable;

export const status = command({
  name: 'status',
  group: 'look',
  summary: 'Say how each service is, and why',
  args: '[SERVICE...]',
  description:
    'A health check decides; without one, what a published port answers: HTTP, else that it takes connections. Exits with 3 unless all are healthy.',
  flags: statusFlags,
  examples: [
    { line: 'muster status --format json', does: 'the same for programs' },
    { line: 'muster status --watch', does: 'a live table; on a pipe a line per change' },
  ],
  load: () => import('./status-run.ts'),
});

import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const startFlags = {
  wait: { type: 'bool', help: 'Return once what was started is healthy' },
  'wait-timeout': { type: 'int', value: 'SECONDS', help: 'Longest time to wait with --wait' },
} as const satisfies FlagTable;

export const start = command({
  name: 'start',
  group: 'run',
  summary: 'Start what has stopped',
  args: '[SERVICE...]',
  flags: startFlags,
  load: () => import('./start-run.ts'),
});

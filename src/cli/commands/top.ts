import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const topFlags = {} as const satisfies FlagTable;

export const top = command({
  name: 'top',
  group: 'look',
  summary: 'List the processes of running replicas',
  args: '[SERVICE...]',
  flags: topFlags,
  load: () => import('./top-run.ts'),
});

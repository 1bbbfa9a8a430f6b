import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const scaleFlags = {
  'no-deps': { type: 'bool', help: 'Leave the dependencies of the services named alone' },
} as const satisfies FlagTable;

export const scale = command({
  name: 'scale',
  group: 'run',
  summary: 'Change the number of replicas',
  args: 'SERVICE=N...',
  takes: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: scaleFlags,
  examples: [{ line: 'muster scale web=3 worker=2', does: 'three of one, two of the other' }],
  load: () => import('./scale-run.ts'),
});

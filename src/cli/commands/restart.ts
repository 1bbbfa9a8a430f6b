import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { timeoutFlag } from './shared-flags.ts';

export const restartFlags = {
  'no-deps': { type: 'bool', help: 'Leave services that depend on these alone' },
  ...timeoutFlag,
} as const satisfies FlagTable;

export const restart = command({
  name: 'restart',
  group: 'run',
  summary: 'Stop and start again',
  args: '[SERVICE...]',
  flags: restartFlags,
  load: () => import('./restart-run.ts'),
});

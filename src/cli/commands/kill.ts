import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { orphansFlag } from './shared-flags.ts';

export const killFlags = {
  signal: { type: 'string', short: 's', value: 'SIGNAL', default: 'SIGKILL', help: 'Signal to send' },
  ...orphansFlag,
} as const satisfies FlagTable;

export const kill = command({
  name: 'kill',
  group: 'run',
  summary: 'Send a signal to what runs',
  args: '[SERVICE...]',
  flags: killFlags,
  load: () => import('./kill-run.ts'),
});

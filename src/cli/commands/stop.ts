import { command } from '../command.ts';
import { timeoutFlag } from './shared-flags.ts';

export const stopFlags = timeoutFlag;

export const stop = command({
  name: 'stop',
  group: 'run',
  summary: 'Stop what runs, and keep it',
  args: '[SERVICE...]',
  flags: stopFlags,
  load: () => import('./stop-run.ts'),
});

import { command } from '../command.ts';
import { createFlags } from './shared-flags.ts';

export { createFlags };

export const create = command({
  name: 'create',
  group: 'run',
  summary: 'Create containers, networks and volumes without starting anything',
  args: '[SERVICE...]',
  flags: createFlags,
  load: () => import('./create-run.ts'),
});

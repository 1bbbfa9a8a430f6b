import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { orphansFlag, timeoutFlag } from './shared-flags.ts';

export const downFlags = {
  volumes: { type: 'bool', short: 'v', help: "Remove the file's named volumes and all anonymous ones: their data is lost" },
  rmi: {
    type: 'string',
    value: 'WHICH',
    choices: ['all', 'local'],
    help: 'Remove images: all, or local (without a name of their own)',
  },
  ...orphansFlag,
  ...timeoutFlag,
} as const satisfies FlagTable;

export const down = command({
  name: 'down',
  group: 'run',
  summary: 'Stop and remove containers and networks',
  args: '[SERVICE...]',
  flags: downFlags,
  examples: [
    { line: 'muster down', does: 'stop and remove everything but the data' },
    { line: 'muster down -v', does: 'remove the volumes too' },
    { line: 'muster -p blog down', does: 'without its file, from any folder' },
  ],
  load: () => import('./down-run.ts'),
});

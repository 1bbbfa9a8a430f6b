import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const rmFlags = {
  force: { type: 'bool', short: 'f', help: 'Do not ask' },
  stop: { type: 'bool', short: 's', help: 'Stop what runs first' },
  volumes: { type: 'bool', short: 'v', help: 'Remove anonymous volumes too' },
  all: { type: 'bool', short: 'a', hidden: true, help: 'Has no effect' },
} as const satisfies FlagTable;

export const rm = command({
  name: 'rm',
  group: 'run',
  summary: 'Remove stopped containers',
  args: '[SERVICE...]',
  flags: rmFlags,
  load: () => import('./rm-run.ts'),
});

import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const pullFlags = {
  'include-deps': { type: 'bool', help: 'Pull what the services depend on, too' },
  'ignore-buildable': { type: 'bool', help: 'Leave out what can be built' },
  'ignore-pull-failures': { type: 'bool', help: 'Go on when an image can not be pulled' },
  policy: { type: 'string', value: 'POLICY', choices: ['missing', 'always'], help: 'missing or always' },
  quiet: { type: 'bool', short: 'q', help: 'Without progress' },
  'no-parallel': { type: 'bool', hidden: true, help: 'Has no effect' },
  parallel: { type: 'bool', default: true, hidden: true, help: 'Has no effect' },
} as const satisfies FlagTable;

export const pull = command({
  name: 'pull',
  group: 'image',
  summary: 'Pull the images of services',
  args: '[SERVICE...]',
  flags: pullFlags,
  load: () => import('./pull-run.ts'),
});

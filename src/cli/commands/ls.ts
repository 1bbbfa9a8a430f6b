import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { dataFormats } from './shared-flags.ts';

export const lsFlags = {
  all: { type: 'bool', short: 'a', help: 'Projects without a running container too' },
  filter: { type: 'strings', value: 'name=TEXT', help: 'Only projects whose name contains this' },
  format: { type: 'string', value: 'FORMAT', choices: dataFormats, default: 'table', help: 'table or json' },
  quiet: { type: 'bool', short: 'q', help: 'Print names only' },
} as const satisfies FlagTable;

export const ls = command({
  name: 'ls',
  group: 'look',
  summary: 'List projects',
  args: '',
  flags: lsFlags,
  load: () => import('./ls-run.ts'),
});

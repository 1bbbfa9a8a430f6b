import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const psFlags = {
  all: { type: 'bool', short: 'a', help: 'Stopped ones too, and those that run made' },
  format: {
    type: 'string',
    value: 'FORMAT',
    default: 'table',
    help: "table, json, or a template such as 'table {{.Name}}\\t{{.State}}'",
  },
  quiet: { type: 'bool', short: 'q', help: 'Print ids only' },
  services: { type: 'bool', help: 'Print names of services only' },
  status: { type: 'strings', value: 'STATE', help: 'Only those in this state, repeatable: running, exited, …' },
  filter: { type: 'string', value: 'status=STATE', help: 'The same as --status' },
  orphans: { type: 'bool', default: true, help: 'Include containers of services that the file no longer has' },
  'no-trunc': { type: 'bool', help: 'Print ids and commands in full' },
} as const satisfies FlagTable;

export const ps = command({
  name: 'ps',
  group: 'look',
  summary: 'List the containers of this project',
  args: '[SERVICE...]',
  flags: psFlags,
  load: () => import('./ps-run.ts'),
});

import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { indexFlag, logLookFlags } from './shared-flags.ts';

export const logsFlags = {
  follow: { type: 'bool', short: 'f', help: 'Go on printing as lines come' },
  tail: { type: 'string', short: 'n', value: 'N', default: 'all', help: "Lines from the end of each replica's log" },
  since: { type: 'string', value: 'TIME', help: 'Lines after this time: 2026-01-02T13:23:37Z, or 42m before now' },
  until: { type: 'string', value: 'TIME', help: 'Lines before this time' },
  timestamps: { type: 'bool', short: 't', help: 'Print the time before each line' },
  ...indexFlag,
  ...logLookFlags,
} as const satisfies FlagTable;

export const logs = command({
  name: 'logs',
  group: 'look',
  summary: 'Print what the services wrote, in the order of time',
  args: '[SERVICE...]',
  flags: logsFlags,
  examples: [{ line: 'muster logs -f --tail 20 web', does: 'the last 20 lines of web, then what follows' }],
  load: () => import('./logs-run.ts'),
});

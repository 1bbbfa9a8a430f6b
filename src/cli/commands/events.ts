import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const eventsFlags = {
  json: { type: 'bool', help: 'One JSON object per line' },
  since: { type: 'string', value: 'TIME', help: 'Events after this time: 2026-01-02T13:23:37Z, or 42m before now' },
  until: { type: 'string', value: 'TIME', help: 'Stop at this time' },
} as const satisfies FlagTable;

export const events = command({
  name: 'events',
  group: 'look',
  summary: 'Print what happens to the containers, as it happens',
  args: '[SERVICE...]',
  flags: eventsFlags,
  load: () => import('./events-run.ts'),
});

import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const versionFlags = {
  format: { type: 'string', short: 'f', value: 'FORMAT', choices: ['pretty', 'json'], default: 'pretty', help: 'pretty or json' },
  short: { type: 'bool', help: 'Print the number only' },
} as const satisfies FlagTable;

export const version = command({
  name: 'version',
  group: 'muster',
  summary: "Print muster's version",
  args: '',
  flags: versionFlags,
  load: () => import('./version-run.ts'),
});

import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const modelFlags = {
  format: { type: 'string', value: 'FORMAT', choices: ['table', 'json'], default: 'table', help: 'table or json' },
} as const satisfies FlagTable;

const resolve = command({
  name: 'resolve',
  group: 'file',
  summary: 'Show what references to other services mean now',
  args: '[SERVICE...]',
  flags: modelFlags,
  description:
    'A reference such as ${service:db.ip} has a value while the service that it names runs. Exits with 1 when one has none.',
  load: async () => ({ run: (await import('./model-run.ts')).resolve }),
});

export const model = command({
  name: 'model',
  group: 'file',
  summary: 'Look into what the file means',
  args: '',
  flags: modelFlags,
  subcommands: [resolve],
  load: resolve.load,
});

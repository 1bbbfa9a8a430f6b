import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { dataFormats } from './shared-flags.ts';

export const imagesFlags = {
  format: { type: 'string', value: 'FORMAT', choices: dataFormats, default: 'table', help: 'table or json' },
  quiet: { type: 'bool', short: 'q', help: 'Print ids only' },
} as const satisfies FlagTable;

export const images = command({
  name: 'images',
  group: 'image',
  summary: 'List the images that the containers were made of',
  args: '[SERVICE...]',
  flags: imagesFlags,
  load: () => import('./images-run.ts'),
});

import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const validateFlags = {
  format: { type: 'string', value: 'FORMAT', choices: ['text', 'json', 'sarif'], default: 'text', help: 'text, json or sarif' },
  quiet: { type: 'bool', short: 'q', help: 'Print problems only, nothing when there are none' },
} as const satisfies FlagTable;

export const validate = command({
  name: 'validate',
  group: 'file',
  summary: 'Check the file and report every problem at once, without an engine',
  description:
    'FILE stands for -f FILE. Each problem is shown with its place, the line, what is allowed and where the documentation says more. ' +
    'Services of profiles that are off are checked as well. The exit code is 1 when there is a problem. SARIF is what editors and code hosts read.',
  args: '[FILE...]',
  flags: validateFlags,
  examples: [
    { line: 'muster validate', does: 'the application in this folder' },
    { line: 'muster validate -f compose.yaml -f prod.yaml', does: 'two files, merged' },
    { line: 'muster validate --format sarif > muster.sarif', does: 'for an editor or a code host' },
  ],
  load: () => import('./validate-run.ts'),
});

import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const buildFlags = {
  'build-arg': { type: 'pairs', value: 'KEY=VALUE', help: 'Set a build argument, repeatable' },
  'no-cache': { type: 'bool', help: 'Build every step anew' },
  pull: { type: 'bool', help: 'Look for newer base images' },
  'with-dependencies': { type: 'bool', help: 'Build what the services depend on, too' },
  ssh: { type: 'string', value: 'ID[=PATH]', help: 'Lend builds the SSH agent (default), or a key file' },
  quiet: { type: 'bool', short: 'q', help: 'Without the output of the build' },
  compress: { type: 'bool', default: true, hidden: true, help: 'Has no effect' },
  'force-rm': { type: 'bool', default: true, hidden: true, help: 'Has no effect' },
  'no-rm': { type: 'bool', hidden: true, help: 'Has no effect' },
  parallel: { type: 'bool', default: true, hidden: true, help: 'Has no effect' },
} as const satisfies FlagTable;

export const build = command({
  name: 'build',
  group: 'image',
  summary: 'Build the images of services',
  args: '[SERVICE...]',
  flags: buildFlags,
  notYet: ['--builder', '--check', '--memory', '-m', '--print', '--provenance', '--push', '--sbom'],
  load: () => import('./build-run.ts'),
});

import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { orphansFlag, pullPolicies } from './shared-flags.ts';

export const runFlags = {
  rm: { type: 'bool', help: 'Remove the container when it exits' },
  detach: { type: 'bool', short: 'd', help: 'Leave it running in the background and print its name' },
  env: { type: 'strings', short: 'e', value: 'KEY=VALUE', help: 'Set a variable, repeatable' },
  'env-from-file': { type: 'strings', value: 'FILE', help: 'Set variables from a file, repeatable' },
  entrypoint: { type: 'string', value: 'COMMAND', help: "Replace the image's entrypoint" },
  user: { type: 'string', short: 'u', value: 'USER', help: 'Run as this user' },
  workdir: { type: 'string', short: 'w', value: 'PATH', help: 'Folder to run in' },
  name: { type: 'string', value: 'NAME', help: 'Name of the container' },
  label: { type: 'strings', short: 'l', value: 'KEY=VALUE', help: 'Add a label, repeatable' },
  publish: { type: 'strings', short: 'p', value: 'PORT', help: 'Publish a port, repeatable' },
  'service-ports': { type: 'bool', short: 'P', help: "Publish the service's own ports" },
  volume: { type: 'strings', short: 'v', value: 'MOUNT', help: 'Mount a folder or volume, repeatable' },
  'use-aliases': { type: 'bool', help: "Answer to the service's names on its networks" },
  'no-tty': { type: 'bool', short: 'T', help: 'No terminal; the default when standard output is none' },
  interactive: { type: 'bool', short: 'i', default: true, help: 'Keep standard input open' },
  'no-deps': { type: 'bool', help: 'Do not start what the service depends on' },
  build: { type: 'bool', help: 'Build the image first' },
  pull: { type: 'string', value: 'POLICY', choices: pullPolicies, help: 'Pull the image: always, missing or never' },
  'cap-add': { type: 'strings', value: 'NAME', help: 'Add a capability, repeatable' },
  'cap-drop': { type: 'strings', value: 'NAME', help: 'Drop a capability, repeatable' },
  ...orphansFlag,
  yes: { type: 'bool', short: 'y', help: 'Answer every question with yes' },
  quiet: { type: 'bool', short: 'q', help: 'Without progress' },
  'quiet-build': { type: 'bool', help: 'Build without its output' },
  'quiet-pull': { type: 'bool', help: 'Pull without progress' },
  tty: { type: 'bool', short: 't', default: true, hidden: true, help: 'With a terminal' },
  'no-TTY': { type: 'bool', hidden: true, help: 'Old name of --no-tty' },
} as const satisfies FlagTable;

export const run = command({
  name: 'run',
  group: 'use',
  summary: 'Run a one-off command in a new container of a service',
  args: 'SERVICE [COMMAND] [ARGS...]',
  takes: { min: 1, max: Number.POSITIVE_INFINITY },
  interspersed: false,
  flags: runFlags,
  examples: [{ line: 'muster run --rm api npm test', does: 'the tests, with what the service depends on running' }],
  load: () => import('./run-run.ts'),
});

import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { createFlags, logLookFlags, timeoutFlag } from './shared-flags.ts';

export const upFlags = {
  detach: { type: 'bool', short: 'd', help: 'Return once everything has started, without following the logs' },
  wait: { type: 'bool', help: 'Return once everything is healthy, or has run and exited with 0; implies -d' },
  'wait-timeout': { type: 'int', value: 'SECONDS', help: 'Longest time to wait with --wait' },
  ...createFlags,
  'quiet-build': { type: 'bool', help: 'Build without its output' },
  'always-recreate-deps': { type: 'bool', help: 'Replace the dependencies of what is replaced, too' },
  'no-deps': { type: 'bool', help: 'Leave the dependencies of the services named alone' },
  'no-start': { type: 'bool', help: 'Create everything and start nothing' },
  'renew-anon-volumes': { type: 'bool', short: 'V', help: 'Give replaced replicas new anonymous volumes' },
  ...timeoutFlag,
  attach: { type: 'strings', value: 'SERVICE', help: 'Follow the logs of this service only, repeatable' },
  'no-attach': { type: 'strings', value: 'SERVICE', help: 'Do not follow the logs of this service, repeatable' },
  'attach-dependencies': { type: 'bool', help: "Follow the logs of the named services' dependencies, too" },
  'abort-on-container-exit': { type: 'bool', help: 'Stop everything when one replica exits' },
  'abort-on-container-failure': { type: 'bool', help: 'Stop everything when one replica exits with an error' },
  'exit-code-from': {
    type: 'string',
    value: 'SERVICE',
    help: "Exit with this service's code; implies --abort-on-container-exit",
  },
  timestamps: { type: 'bool', help: 'Print the time before each line' },
  ...logLookFlags,
  watch: { type: 'bool', short: 'w', help: 'Do what develop.watch says while files change, until Ctrl-C' },
  menu: { type: 'bool', hidden: true, help: 'Shortcuts while attached' },
} as const satisfies FlagTable;

export const up = command({
  name: 'up',
  group: 'run',
  summary: 'Create and start what the file describes, and replace what has changed',
  args: '[SERVICE...]',
  description:
    'Without -d the logs are followed; the first Ctrl-C stops the services, the second kills them.\nWith services named, these and what they depend on are brought up.',
  flags: upFlags,
  examples: [
    { line: 'muster up -d', does: 'start everything and return' },
    { line: 'muster up -d --wait', does: 'return once everything is healthy' },
    { line: 'muster up -d --scale web=3', does: 'three replicas of web' },
    { line: 'muster up --watch', does: 'follow the logs, and bring changed files into what runs' },
    { line: 'muster plan', does: 'see what up would do' },
  ],
  load: () => import('./up-run.ts'),
});

// Flags that several commands have in the same words.

import type { FlagTable } from '../flag-types.ts';

export const timeoutFlag = {
  timeout: { type: 'int', short: 't', value: 'SECONDS', help: 'Time to stop in before it is killed' },
} as const satisfies FlagTable;

export const orphansFlag = {
  'remove-orphans': { type: 'bool', help: 'Remove containers of services that the file no longer has' },
} as const satisfies FlagTable;

export const indexFlag = {
  index: { type: 'int', value: 'N', help: 'Which replica, when the service has several' },
} as const satisfies FlagTable;

export const pullPolicies = ['always', 'missing', 'if_not_present', 'never', 'build'] as const;

/** What `create` and `up` both know about making replicas. */
export const createFlags = {
  build: { type: 'bool', help: 'Build images first, also those that are there' },
  'no-build': { type: 'bool', help: 'Never build, also where an image is missing' },
  pull: { type: 'string', value: 'POLICY', choices: pullPolicies, help: 'Pull images: always, missing or never' },
  'quiet-pull': { type: 'bool', help: 'Pull without progress' },
  'force-recreate': { type: 'bool', help: 'Replace replicas also when nothing has changed' },
  'no-recreate': { type: 'bool', help: 'Leave existing replicas as they are, also when they differ' },
  ...orphansFlag,
  scale: { type: 'pairs', value: 'SERVICE=N', help: 'Number of replicas, repeatable' },
  yes: { type: 'bool', short: 'y', help: 'Answer every question with yes' },
} as const satisfies FlagTable;

/** How log lines look. */
export const logLookFlags = {
  'no-color': { type: 'bool', help: 'Print without colours' },
  'no-log-prefix': { type: 'bool', help: 'Print lines without the name of their replica' },
} as const satisfies FlagTable;

export const dataFormats = ['table', 'json'] as const;

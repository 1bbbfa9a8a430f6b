// What the docker runtime does with each key of a service: published as a table.

import type { Support } from '#model/support.ts';
import { serviceFields } from './shapes/service.ts';

const exceptions: Readonly<Record<string, Support>> = {
  extends: 'resolved',
  env_file: 'resolved',
  label_file: 'resolved',
  profiles: 'resolved',
  models: 'refused',
  pull_refresh_after: 'parsed only',
};

/** Keys below `deploy` that only a cluster has a use for. */
const parsedOnlyInDeploy = ['mode', 'labels', 'update_config', 'rollback_config', 'placement', 'endpoint_mode'];

/** Every key of a service, in alphabetical order. */
export const dockerSupport: Readonly<Record<string, Support>> = Object.fromEntries(
  [
    ...Object.keys(serviceFields).map((key) => [key, exceptions[key] ?? 'acted on'] as const),
    ...parsedOnlyInDeploy.map((key) => [`deploy.${key}`, 'parsed only'] as const),
  ].sort(([left], [right]) => (left < right ? -1 : 1)),
);

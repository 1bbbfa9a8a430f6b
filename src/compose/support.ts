// What the docker runtime does with each key of a service: published as a table.

import { serviceFields } from './shapes/service.ts';

export type Support =
  /** The runtime acts on it as Docker Compose does. */
  | 'acted on'
  /** It is resolved while the file is loaded, and nothing of it is left to act on. */
  | 'resolved'
  /** Docker Compose parses it and does nothing with it on a single engine; neither do we. */
  | 'parsed only'
  /** It has no effect, and a warning names it. */
  | 'not yet'
  /** Going on without it would do something else than the file says: an error names it before anything changes. */
  | 'refused';

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

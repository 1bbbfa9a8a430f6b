// What remote services make of the keys of a Compose file: a column of docs/reference/compose.md.

import type { RuntimeSupport } from '#model/support.ts';

/** By the key's whole path; what is said of a key holds for those below it that are not named. */
export const remoteSupport: RuntimeSupport = {
  configs: 'parsed only',
  networks: 'parsed only',
  volumes: 'parsed only',
  services: ['parsed only', 'somebody else runs it; what is asked there says `x-muster.remote`'],
  'services.container_name': 'acted on',
  'services.depends_on': 'acted on',
  'services.deploy.replicas': ['refused', 'above 1'],
  'services.env_file': 'resolved',
  'services.extends': 'resolved',
  'services.label_file': 'resolved',
  'services.labels': 'acted on',
  'services.models': 'refused',
  'services.profiles': 'resolved',
  'services.provider': 'acted on',
  'services.scale': ['refused', 'above 1'],
};

// Networks, volumes, secrets, configs and models that no wanted service uses are left out.

import { secretsUsedBy } from '#model/muster-extension.ts';
import type { Elements } from './assemble.ts';
import type { Services } from './selection.ts';

type Resources = Pick<Elements, 'networks' | 'volumes' | 'secrets' | 'configs' | 'models'>;

export function pruneResources(resources: Resources, services: Services): Resources {
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    secrets: new Set<string>(),
    configs: new Set<string>(),
    models: new Set<string>(),
  };
  for (const service of Object.values(services)) {
    for (const name of Object.keys(service.networks ?? {})) used.networks.add(name);
    for (const mount of service.volumes ?? [])
      if (mount.type === 'volume' && mount.source !== undefined) used.volumes.add(mount.source);
    for (const name of secretsUsedBy(service)) used.secrets.add(name);
    for (const mount of service.build?.secrets ?? []) used.secrets.add(mount.source);
    for (const mount of service.configs ?? []) used.configs.add(mount.source);
    for (const name of Object.keys((service.models ?? {}) as object)) used.models.add(name);
  }
  return {
    networks: only(resources.networks, used.networks),
    volumes: only(resources.volumes, used.volumes),
    secrets: only(resources.secrets, used.secrets),
    configs: only(resources.configs, used.configs),
    models: only(resources.models, used.models),
  };
}

function only<Value>(all: Readonly<Record<string, Value>>, names: ReadonlySet<string>): Readonly<Record<string, Value>> {
  const kept = Object.create(null) as Record<string, Value>;
  for (const name of Object.keys(all)) if (names.has(name)) kept[name] = all[name] as Value;
  return kept;
}

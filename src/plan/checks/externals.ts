// What the file says exists outside of it: networks and volumes must be there, secrets and configs of a store can't be had yet.

import { MusterError } from '#lib/errors.ts';
import type { Observed } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import type { Services } from '../dependencies.ts';
import { onRuntime, usedNetworks } from '../networks.ts';
import { usedVolumes } from '../volumes.ts';

export function checkExternals(project: Project, observed: Observed, services: Services): MusterError[] {
  const networks = new Set(observed.networks.map((network) => onRuntime(network.runtime, network.name)));
  const volumes = new Set(observed.volumes.map((volume) => onRuntime(volume.runtime, volume.name)));
  return [
    ...usedNetworks(services).flatMap(({ runtime, key }) => {
      const network = project.networks[key];
      // Every engine has these.
      if (network?.external !== true || ['bridge', 'host', 'none'].includes(network.name)) return [];
      return networks.has(onRuntime(runtime, network.name)) ? [] : [missing('network', key, network.name)];
    }),
    ...usedVolumes(services).flatMap(({ runtime, key }) => {
      const volume = project.volumes[key];
      return volume?.external === true && !volumes.has(onRuntime(runtime, volume.name))
        ? [missing('volume', key, volume.name)]
        : [];
    }),
    ...stored('secret', project, services),
    ...stored('config', project, services),
  ];
}

function missing(what: 'network' | 'volume', key: string, name: string): MusterError {
  return new MusterError('EXTERNAL_MISSING', `${what} ${name} (${what}s.${key}) is external and does not exist`, {
    hint: `create it (docker ${what} create ${name}), or remove \`external: true\` and muster makes it`,
  });
}

function stored(what: 'secret' | 'config', project: Project, services: Services): MusterError[] {
  const objects = what === 'secret' ? project.secrets : project.configs;
  const used = new Map<string, string>();
  for (const [name, service] of Object.entries(services))
    for (const mount of (what === 'secret' ? service.secrets : service.configs) ?? [])
      if (objects[mount.source]?.external === true && !used.has(mount.source)) used.set(mount.source, name);
  return [...used].map(
    ([source, service]) =>
      new MusterError(
        'UNSUPPORTED',
        `${what} ${source} of service ${service} is external, and there is no store to take it from`,
        {
          hint: `give it a \`file:\`, \`environment:\`${what === 'config' ? ' or `content:`' : ''} source`,
        },
      ),
  );
}

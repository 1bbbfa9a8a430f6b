// What of the wanted services the engine is too old for, said before anything changes. Creating a container checks the same again, because a
// service may change in between (`run -v`).

import type { Refusal } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';
import { abilitiesOf } from '../abilities.ts';
import type { EngineAbilities } from '../create/recipe.ts';
import type { DockerSetting } from '../setting.ts';

type Need = { readonly key: string; readonly ability: keyof EngineAbilities };

const engines: Readonly<Record<keyof EngineAbilities, string>> = {
  createMountpoint: '23 or newer (API 1.42)',
  severalNetworks: '25 or newer (API 1.44)',
  volumeSubpath: '26 or newer (API 1.45)',
  imageMounts: '28 or newer (API 1.48)',
  interfaceNames: '28.1 or newer (API 1.49)',
};

/** The engine is asked for its version only where a service needs more than every engine can. */
export async function engineRefusals(
  setting: Pick<DockerSetting, 'engine' | 'memory'>,
  wanted: Project | undefined,
): Promise<Refusal[]> {
  const needs = Object.entries(wanted?.services ?? {}).flatMap(([service, definition]) =>
    needsOf(definition).map((need) => ({ service, ...need })),
  );
  if (needs.length === 0) return [];
  const abilities = await abilitiesOf(setting);
  return needs
    .filter(({ ability }) => !abilities[ability])
    .map(({ service, key, ability }) => ({
      service,
      key,
      why: `needs Docker Engine ${engines[ability]}`,
      hint: `remove ${key}, or update the engine`,
    }));
}

export function needsOf(service: Service): Need[] {
  const mounts = (service.volumes ?? []).flatMap((volume, index): Need[] => {
    const key = `volumes[${index}]`;
    if (volume.type === 'image') return [{ key: `${key}.type`, ability: 'imageMounts' }];
    if (volume.bind?.recursive === 'readonly') return [{ key: `${key}.bind.recursive`, ability: 'severalNetworks' }];
    return volume.volume?.subpath ? [{ key: `${key}.volume.subpath`, ability: 'volumeSubpath' }] : [];
  });
  const networks = Object.entries(service.networks ?? {}).flatMap(([name, settings]): Need[] =>
    settings?.interface_name === undefined ? [] : [{ key: `networks.${name}.interface_name`, ability: 'interfaceNames' }],
  );
  return [...mounts, ...networks];
}

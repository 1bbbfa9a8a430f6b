import type { EngineAbilities } from './create/recipe.ts';
import type { DockerSetting } from './setting.ts';

/** What the negotiated API version lets us ask for; asked once. */
export function abilitiesOf({ engine, memory }: Pick<DockerSetting, 'engine' | 'memory'>): Promise<EngineAbilities> {
  return memory.abilities(async () => {
    const [createMountpoint, severalNetworks, volumeSubpath, imageMounts, interfaceNames] = await Promise.all(
      ['1.42', '1.44', '1.45', '1.48', '1.49'].map((version) => engine.supports(version)),
    );
    // Promise.all answers with as many values as it was given.
    return { createMountpoint, severalNetworks, volumeSubpath, imageMounts, interfaceNames } as EngineAbilities;
  });
}

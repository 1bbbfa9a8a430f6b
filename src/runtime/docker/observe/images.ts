import type { ImageInspect } from '#engine/api/image.ts';
import { refusalOf } from '#engine/engine.ts';
import { mapLimit } from '#lib/map-limit.ts';
import { builtImageName } from '#model/names.ts';
import type { ObservedImage } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import type { DockerSetting } from '../setting.ts';

type Images = Record<string, ObservedImage | null>;

/** The images that the project's services run, by the reference as written. */
export async function observeImages(setting: DockerSetting, project: Project | undefined, signal?: AbortSignal): Promise<Images> {
  const references = new Set(
    Object.entries(project?.services ?? {}).map(([name, service]) => service.image ?? builtImageName(project?.name ?? '', name)),
  );
  const found: Images = {};
  await mapLimit([...references].sort(), 8, async (reference) => {
    found[reference] = await observeImage(setting, reference, signal);
  });
  return found;
}

async function observeImage(setting: DockerSetting, reference: string, signal?: AbortSignal): Promise<ObservedImage | null> {
  const image = await inspectImage(setting, reference, signal);
  setting.memory.noteImage(reference, image?.Id ?? null);
  if (image === null) return null;
  const taggedAt = Date.parse(image.Metadata?.LastTagTime ?? '');
  return {
    id: image.Id,
    repoDigests: image.RepoDigests ?? [],
    // Engines that do not know say the year 1.
    ...(taggedAt > 0 ? { taggedAt: Math.floor(taggedAt / 1000) } : {}),
  };
}

type ImageWithMetadata = ImageInspect & { readonly Metadata?: { readonly LastTagTime?: string } };

/** null: not on this engine. */
export async function inspectImage(
  { engine }: Pick<DockerSetting, 'engine'>,
  reference: string,
  signal?: AbortSignal,
): Promise<ImageWithMetadata | null> {
  try {
    return await engine.json<ImageWithMetadata>({ path: `/images/${reference}/json`, signal });
  } catch (error) {
    if (refusalOf(error)?.status === 404) return null;
    throw error;
  }
}

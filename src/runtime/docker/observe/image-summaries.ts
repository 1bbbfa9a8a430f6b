import { mapLimit } from '#lib/map-limit.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { ImageSummary } from '../../runtime.ts';
import type { DockerSetting } from '../setting.ts';
import { inspectImage } from './images.ts';

/** What each replica runs; each image is asked for once. */
export async function imageSummaries(setting: DockerSetting, replicas: readonly ObservedReplica[]): Promise<ImageSummary[]> {
  const { parseReference, familiarReference } = await import('#image/reference.ts');
  const ids = [...new Set(replicas.map((replica) => replica.imageId))];
  const images = new Map(await mapLimit(ids, 8, async (id) => [id, await inspectImage(setting, id)] as const));
  return replicas.map((replica) => {
    const image = images.get(replica.imageId) ?? null;
    // A container whose image lost its name is listed with the id of it.
    const named = replica.image.startsWith('sha256:') ? (image?.RepoTags?.[0] ?? '') : replica.image;
    const reference = parseReference(named);
    return {
      replica: replica.name,
      id: replica.imageId,
      repository: reference === null ? '<none>' : familiarReference({ ...reference, tag: '', digest: '' }),
      tag: reference?.tag || '<none>',
      platform: image === null ? '' : [image.Os, image.Architecture, image.Variant].filter(Boolean).join('/'),
      sizeBytes: image?.Size ?? 0,
      createdAt: image?.Created ?? '',
    };
  });
}

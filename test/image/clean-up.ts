import type { Engine } from '#engine/engine.ts';
import { listImages, removeImage } from '#image/local-images.ts';

/** Removes every image with the label; one that a cancelled build still holds goes as soon as the engine lets go of it. */
export async function removeLabelled(engine: Engine, label: string): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt++) {
    const left = await listImages(engine, { labels: [label] });
    if (left.length === 0) return;
    for (const { Id } of left) await removeImage(engine, Id, { force: true }).catch(() => false);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`images with the label ${label} can not be removed`);
}

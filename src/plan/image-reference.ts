import { builtImageName } from '#model/names.ts';
import type { Observed, ObservedImage } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';

/** The reference that a service runs; null when it has neither image nor build. */
export function imageOf(project: Project, name: string, service: Service): string | null {
  return service.image ?? (service.build === undefined ? null : builtImageName(project.name, name));
}

/** null: not there, or nobody looked. */
export function imageSeen({ images }: Observed, runtime: string, reference: string | null): ObservedImage | null {
  return images[runtime]?.[reference ?? ''] ?? null;
}

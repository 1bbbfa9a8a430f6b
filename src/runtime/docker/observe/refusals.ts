import type { Refusal } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';

/** What no engine does by itself, whatever its version: Docker Compose asks other programs for it. */
export function refusalsFor(wanted: Project | undefined): readonly Refusal[] {
  return Object.entries(wanted?.services ?? {}).flatMap(([name, service]) => refusalsOf(name, service));
}

function refusalsOf(service: string, { models }: Service): Refusal[] {
  const refusals: Refusal[] = [];
  if (models !== undefined) {
    const why = 'needs Docker Model Runner, which muster does not drive';
    const hint = 'remove `models:`, and give the service the address of a model in `environment:`';
    refusals.push({ service, key: 'models', why, hint });
  }
  return refusals;
}

import type { Refusal } from '#model/observed.ts';
import type { Project } from '#model/project.ts';

/** What no engine can do by itself, whatever its version. Docker Compose refuses it too, unless a plugin of Docker's is there. */
export function refusalsFor(wanted: Project | undefined): readonly Refusal[] {
  return Object.entries(wanted?.services ?? {}).flatMap(([service, { models }]): Refusal[] => {
    if (models === undefined) return [];
    const why = 'needs Docker Model Runner, which muster does not drive';
    return [
      { service, key: 'models', why, hint: 'remove `models:`, and give the service the address of a model in `environment:`' },
    ];
  });
}

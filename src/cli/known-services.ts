// SERVICE arguments of commands about what is there: a name counts when the engine or the file has it.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import type { App } from './app.ts';
import { findApplication } from './application.ts';
import { unknownService } from './pick-replica.ts';

export function servicesOf(project: Project | null): string[] {
  return project === null ? [] : [...Object.keys(project.services), ...Object.keys(project.disabledServices)].sort();
}

/** Replicas of the named services, of all when none is named, by name. The file is read only to judge a name that nothing runs under. */
export async function replicasOf(app: App, observed: Observed, services: readonly string[]): Promise<ObservedReplica[]> {
  const seen = new Set(observed.replicas.map((replica) => replica.service));
  const unseen = services.filter((service) => !seen.has(service));
  if (unseen.length > 0) {
    const inFile = servicesOf((await findApplication(app)).project);
    for (const service of unseen)
      if (!inFile.includes(service)) throw unknownService(service, [...new Set([...inFile, ...seen])].sort());
  }
  return observed.replicas
    .filter((replica) => services.length === 0 || services.includes(replica.service))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

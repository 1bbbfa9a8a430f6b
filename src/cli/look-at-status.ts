// One look at how an application is: its replicas, and what their ports answer.

import { joinRuntimes } from '#apply/joined-runtimes.ts';
import type { Project } from '#model/project.ts';
import { hydrateProject } from '#plan/hydrate.ts';
import { type ProjectStatus, projectStatus } from '#plan/status.ts';
import type { App } from './app.ts';
import { checkPorts } from './check-ports.ts';
import type { Opened } from './connect.ts';
import { replicasOf } from './known-services.ts';

export type StatusScope = Pick<Opened, 'runtimes' | 'placement' | 'onLost'> & {
  readonly app: App;
  readonly name: string;
  readonly file: Project | null;
  /** Those that were named; none: all. */
  readonly services: readonly string[];
};

/** Rejects when nothing can be asked at all. */
export async function lookAtStatus({ app, name, file, services, ...opened }: StatusScope): Promise<ProjectStatus> {
  const { runtimes, placement, onLost } = opened;
  const { signal } = app.interrupts;
  const lost = new Map<string, string>();
  const all = joinRuntimes([...runtimes.values()], (runtime, error) => {
    lost.set(runtime.name, `${runtime.name} can't be asked: ${error.message}`);
    onLost(runtime, error);
  });
  const observed = await all.observe({ project: name, only: 'replicas', healthSaid: true, signal });
  const replicas = await replicasOf(app, observed, services);
  const seen = { ...observed, replicas };
  const project = file ?? hydrateProject(seen);
  const checks = await checkPorts(replicas, runtimes, signal);
  const wanted = Object.entries(project.services).filter(([each]) => services.length === 0 || services.includes(each));
  return projectStatus({
    project: { ...project, services: Object.fromEntries(wanted) },
    observed: seen,
    placement,
    checks,
    lost,
  });
}

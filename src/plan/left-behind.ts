// Services that were not asked for, but join a replica that is replaced: they lose their network or volumes, and should not do so unannounced.

import type { Observed } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import type { Decisions } from './decide.ts';
import { type Services, namespaceParents } from './dependencies.ts';
import { isUp } from './replica-slots.ts';

/** Notes, in name order. */
export function leftBehind(project: Project, observed: Observed, services: Services, { byService }: Decisions): string[] {
  const up = new Set(observed.replicas.filter((replica) => !replica.oneOff && isUp(replica)).map((replica) => replica.service));
  return Object.entries(project.services)
    .filter(([name]) => services[name] === undefined && up.has(name))
    .flatMap(([name, service]) => {
      const parent = namespaceParents(service).find((each) => byService.get(each)?.replaced.some(({ old }) => old !== null));
      return parent === undefined
        ? []
        : [`service ${name} joins ${parent}, which is replaced, and is cut off by that: muster up ${name}`];
    })
    .sort();
}

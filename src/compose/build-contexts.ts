// `build.additional_contexts: { base: "service:db" }`: images that are built from those of other services.

import type { Service } from '#model/project.ts';
import type { Report } from './consistency.ts';
import { nearestName } from './nearest.ts';
import type { Selection } from './selection.ts';

/** Names of contexts that are images of other services, with those services. */
export function builtContexts(service: Service): [string, string][] {
  return Object.entries(service.build?.additional_contexts ?? {})
    .filter(([, context]) => context.startsWith('service:'))
    .map(([name, context]) => [name, context.slice('service:'.length)]);
}

/** Such a service is enabled, and is built itself. */
export function checkBuiltContexts(service: Service, { enabled }: Selection, report: Report): void {
  for (const [name, context] of builtContexts(service)) {
    const path = ['build', 'additional_contexts', name];
    const other = enabled[context];
    if (other === undefined) {
      const near = nearestName(context, Object.keys(enabled));
      const hint = near === null ? 'name a service that is enabled' : `did you mean "${near}"?`;
      report(path, `declares unknown service "${context}"`, hint, 'COMPOSE_REFERENCE');
    } else if (other.build === undefined) {
      report(path, `declares service "${context}", which is not built`, `give ${context} a build:`, 'COMPOSE_REFERENCE');
    }
  }
}

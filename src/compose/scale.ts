import type { Service } from '#model/project.ts';
import type { Services } from './selection.ts';

/** `scale` is said in `deploy.replicas` too, where there is a `deploy`. */
export function alignScale(services: Services): Services {
  const aligned = Object.create(null) as Record<string, Service>;
  for (const name of Object.keys(services)) {
    const service = services[name] as Service;
    const { scale, deploy } = service;
    aligned[name] =
      scale === undefined || deploy === undefined ? service : { ...service, deploy: { ...deploy, replicas: scale } };
  }
  return aligned;
}

import type { Service } from '#model/project.ts';

/** How many replicas a service is to have: `--scale` over `scale` over `deploy.replicas`, else one. */
export function wantedReplicas(service: Service, name: string, scale: Readonly<Record<string, number>> = {}): number {
  return scale[name] ?? service.scale ?? service.deploy?.replicas ?? 1;
}

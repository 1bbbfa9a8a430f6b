import type { Service } from '#model/project.ts';

/** How many replicas a service is to have: `--scale` over `scale` over `deploy.replicas`, else one. */
export function wantedReplicas(service: Service, name: string, scale: Readonly<Record<string, number>> = {}): number {
  return scale[name] ?? service.scale ?? service.deploy?.replicas ?? 1;
}

export const defaultRuntimeOf = (input: { readonly defaultRuntime?: string }): string => input.defaultRuntime ?? 'docker';

/** Which runtime carries the service; `x-muster: {runtime: process}` chooses another than the default. */
export function runtimeOf(service: Service | undefined, fallback: string): string {
  const extension = service?.['x-muster'];
  if (extension === null || typeof extension !== 'object' || Array.isArray(extension)) return fallback;
  const runtime = (extension as { readonly runtime?: unknown }).runtime;
  return typeof runtime === 'string' ? runtime : fallback;
}

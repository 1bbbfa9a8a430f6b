// muster's own hash per service: Docker Compose's, and what that one leaves out although a replica depends on it.

import { type Json, digestOf } from '#lib/canonical-json.ts';
import { musterOf, secretsUsedBy } from '#model/muster-extension.ts';
import { type PlacementRules, defaultRules, placementOf } from '#model/placement.ts';
import type { Project, Service } from '#model/project.ts';
import type { SourceKey, Sources } from '#model/sources.ts';

/**
 * `v1:<hex>` per service, over its config hash, the x-muster fields that its runtime looks at, and the content of the secrets and configs that
 * it mounts. How a service would run natively is nothing to its container.
 */
export function musterHashesOf(
  project: Project,
  sources: Sources,
  placement: PlacementRules = defaultRules,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({ ...project.disabledServices, ...project.services }).map(([name, service]) => [
      name,
      musterHash(project.configHashes[name] ?? '', extensionsOf(project, service, placement), sourceDigests(service, sources)),
    ]),
  );
}

/** Which runtime and where is not among them: a replica that is to move is replaced for that. */
function extensionsOf(project: Project, service: Service, placement: PlacementRules): Json {
  const { process, health, remote } = musterOf(service);
  const { kind } = placementOf(project, service, placement);
  const lookedAt = kind === 'process' ? { process, health } : kind === 'remote' ? { remote } : {};
  return lookedAt;
}

function musterHash(configHash: string, extensions: Json, sources: Readonly<Record<string, string>>): string {
  return `v1:${digestOf({ config: configHash, extensions, sources }).slice('sha256:'.length)}`;
}

/** The hash of a service with the values of its references (`${db.ip}` -> `172.18.0.2`): it is another one when an address is. */
export function musterHashWith(hash: string, values: Readonly<Record<string, string>>): string {
  return hash === '' ? '' : `v1:${digestOf({ hash, values }).slice('sha256:'.length)}`;
}

/** Digests of what `service` mounts: `secret:db_password` -> sha256 hex. */
export function sourceDigests(service: Service, sources: Sources): Readonly<Record<string, string>> {
  const keys: SourceKey[] = [
    ...secretsUsedBy(service).map((name): SourceKey => `secret:${name}`),
    ...(service.configs ?? []).map((mount): SourceKey => `config:${mount.source}`),
  ];
  const digests: Record<string, string> = {};
  for (const key of keys) {
    const source = sources.get(key);
    if (source !== undefined) digests[key] = source.digest;
  }
  return digests;
}

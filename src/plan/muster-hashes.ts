// muster's own hash per service: Docker Compose's, and what that one leaves out although a replica depends on it.

import { type Json, digestOf } from '#lib/canonical-json.ts';
import { secretsUsedBy } from '#model/muster-extension.ts';
import type { Project, Service } from '#model/project.ts';
import type { SourceKey, Sources } from '#model/sources.ts';

/** `v1:<hex>` per service, over its config hash, its x-muster fields and the content of the secrets and configs that it mounts. */
export function musterHashesOf(project: Project, sources: Sources): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({ ...project.disabledServices, ...project.services }).map(([name, service]) => [
      name,
      musterHash(project.configHashes[name] ?? '', service, sourceDigests(service, sources)),
    ]),
  );
}

function musterHash(configHash: string, service: Service, sources: Readonly<Record<string, string>>): string {
  const extensions: Record<string, Json> = {};
  for (const key of Object.keys(service))
    // The cast holds by the prefix; the index signature for x- keys is Json.
    if (key === 'x-muster' || key.startsWith('x-muster-')) extensions[key] = service[key as `x-${string}`] ?? null;
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

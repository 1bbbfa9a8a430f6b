// What the label dev.muster.config holds: the service as it was when a replica was made, with environment values as short digests.
// The label decides nothing (the full hash does), it only explains, so 32 bits of a digest are enough; and no guess of
// a good secret can be confirmed with them.

import { createHash } from 'node:crypto';
import { type Json, canonicalJson } from '#lib/canonical-json.ts';
import type { Service } from './project.ts';

/** Where the digests of secrets and configs stand in a recorded service. */
export const recordedSources = 'x-muster-sources';

export type RecordedService = Readonly<Record<string, Json>>;

/** `sources` are the digests of what the service mounts: `secret:db_password` -> sha256 hex. */
export function recordService(service: Service, sources: Readonly<Record<string, string>> = {}): RecordedService {
  const recorded: Record<string, Json> = {};
  for (const [field, value] of Object.entries(service)) {
    if (value === undefined || !isPartOfReplica(field)) continue;
    recorded[field] = withoutValues(field, value);
  }
  if (Object.keys(sources).length > 0)
    recorded[recordedSources] = Object.fromEntries(Object.entries(sources).map(([key, digest]) => [key, digest.slice(0, 8)]));
  return recorded;
}

/** The label's text. */
export function recordedText(recorded: RecordedService): string {
  return canonicalJson(recorded);
}

/** What an environment value is recorded as. */
export function environmentMark(value: string): string {
  return `#${createHash('sha256').update(value).digest('hex').slice(0, 8)}`;
}

export function isEnvironmentMark(value: string): boolean {
  return /^#[0-9a-f]{8}$/.test(value);
}

/** These do not change what a replica is; Docker Compose leaves them out of its hash for the same reason. */
const notPartOfReplica = new Set(['build', 'depends_on', 'develop', 'pull_policy', 'scale', 'profiles', 'attach']);

export function isPartOfReplica(field: string): boolean {
  return !notPartOfReplica.has(field);
}

function withoutValues(field: string, value: Json): Json {
  if (field === 'environment') return markValues(value);
  if (Array.isArray(value)) return value.map((item) => withoutValues('', item as Json));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutValues(key, member ?? null)]));
}

function markValues(values: Json): Json {
  if (values === null || typeof values !== 'object' || Array.isArray(values)) return values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? environmentMark(value) : (value ?? null)]),
  );
}

import type { Json } from '#lib/canonical-json.ts';
import { GoFloat, isMapping, Timestamp, type Tree } from './tree.ts';

/** Plain data for what nobody converts: extensions. Keys are sorted when it is printed. */
export function toJson(value: Tree): Json {
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof GoFloat || value instanceof Timestamp) return exotic(value);
  if (typeof value === 'bigint') return exotic(value);
  if (!isMapping(value)) return value;
  const copy = Object.create(null) as { [key: string]: Json };
  for (const key of Object.keys(value)) copy[key] = toJson(value[key] as Tree);
  return copy;
}

/** Scalars that JSON has no type for; the printers know them, everybody else sees their primitive value. */
export type ExoticScalar = GoFloat | Timestamp | bigint;

function exotic(value: ExoticScalar): Json {
  // The printers of this folder are the only readers of extensions who must tell these apart.
  return value as unknown as Json;
}

// The typed model laid out for printing: keys in Docker Compose's order, as its JSON or its YAML has them.

import type { Json } from '#lib/canonical-json.ts';
import { sortedKeys } from './sort.ts';
import type { Field, FieldType, StructType } from './struct-types.ts';
import { GoFloat, Timestamp } from './tree.ts';

export type Scalar = null | boolean | number | bigint | string | GoFloat | Timestamp;
/** An array of nodes, or entries in the order in which they are printed. */
export type Node = Scalar | Entries | readonly Node[];
export class Entries {
  readonly list: readonly (readonly [string, Node | Later])[];
  /** Keys that a person chose, as opposed to the fields of a struct: each printer sorts them its way. */
  readonly isMap: boolean;
  constructor(list: readonly (readonly [string, Node | Later])[], isMap = false) {
    this.list = list;
    this.isMap = isMap;
  }
}

/** Laid out when it is printed, so that of thousands of services one at a time takes memory. */
export class Later {
  readonly layOut: () => Node;
  constructor(layOut: () => Node) {
    this.layOut = layOut;
  }
}

export function laidOut(node: Node | Later): Node {
  return node instanceof Later ? node.layOut() : node;
}

export type Format = 'json' | 'yaml' | 'toml';

export function layoutStruct(value: object, type: StructType, format: Format): Entries {
  // Typed elements are records of Json by construction (decode.ts).
  const record = value as Readonly<Record<string, Json | undefined>>;
  const entries: [string, Node][] = [];
  for (const key of Object.keys(type.fields)) {
    const spec = type.fields[key] as Field;
    const own = record[key];
    const name = format === 'json' ? (spec.jsonName ?? key) : key;
    if (own === undefined || (own === null && format !== 'json' && spec.always === true)) {
      if (spec.whenUnset !== undefined) entries.push([name, spec.whenUnset]);
      else if (format === 'json' && spec.always === true) entries.push([name, unset(spec, format)]);
      continue;
    }
    if (spec.silentFalse === true && own === false) continue;
    entries.push([name, layoutValue(own, spec.type, format)]);
  }
  if (format !== 'json') {
    for (const key of sortedKeys(record)) if (key.startsWith('x-')) entries.push([key, layoutAny(record[key] ?? null)]);
  }
  return new Entries(entries);
}

function unset(spec: Field, format: Format): Node {
  return typeof spec.type === 'object' && 'struct' in spec.type ? layoutStruct({}, spec.type.struct, format) : null;
}

function layoutValue(value: Json, type: FieldType, format: Format): Node {
  if (type === 'sshKeys' && Array.isArray(value))
    return value.map((key) => (format === 'yaml' ? String(key).replace('=', ': ') : String(key)));
  if (type === 'envFile') return layoutEnvFile(value as EnvFile);
  if (type === 'ulimit') return layoutUlimit(value, format);
  // A float, although its value is whole: YAML has an exponent for a large one.
  if ((type === 'float' || type === 'cpus') && format === 'yaml') return new GoFloat(Number(value));
  if (typeof type === 'string' || value === null) return layoutAny(value);
  if ('struct' in type) return layoutStruct(value as object, type.struct, format);
  if ('list' in type) return (value as readonly Json[]).map((item) => layoutValue(item, type.list, format));
  const record = value as Readonly<Record<string, Json>>;
  const entries = sortedKeys(record).map((key): [string, Node] => [key, layoutValue(record[key] ?? null, type.map, format)]);
  return new Entries(entries, true);
}

type EnvFile = { readonly path: string; readonly required: boolean; readonly format?: string };

/** Only its path, unless it may be missing. */
function layoutEnvFile({ path, required, format }: EnvFile): Node {
  if (required) return path;
  const entries: [string, Node][] = [
    ['path', path],
    ['required', required],
  ];
  return new Entries(format === undefined ? entries : [...entries, ['format', format]]);
}

/** One number, or both limits; JSON leaves out what is zero, and a single zero is written as two. */
function layoutUlimit(value: Json, format: Format): Node {
  if (typeof value !== 'object' && value !== 0) return value;
  const limits = (value === 0 ? {} : value) as Readonly<Record<string, Json>>;
  const entries = (['soft', 'hard'] as const).map((key): [string, Node] => [key, (limits[key] ?? 0) as Scalar]);
  return new Entries(entries.filter(([, limit]) => format !== 'json' || limit !== 0));
}

/** Data without a description: keys sorted. */
export function layoutAny(value: unknown): Node {
  if (Array.isArray(value)) return value.map(layoutAny);
  if (typeof value !== 'object' || value === null || value instanceof GoFloat || value instanceof Timestamp)
    return value as Scalar;
  const record = value as Readonly<Record<string, unknown>>;
  return new Entries(
    sortedKeys(record)
      .filter((key) => record[key] !== undefined)
      .map((key) => [key, layoutAny(record[key])]),
    true,
  );
}

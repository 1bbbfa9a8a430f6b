// The raw Compose model between the phases: what YAML gives, as plain data. Mappings have no prototype, so that a service may be
// called "constructor"; numbers keep apart what Go keeps apart, because the difference shows in the output ("1e+06").

import { formatFloat } from './go-number.ts';

export type Tree = null | boolean | number | bigint | string | GoFloat | Timestamp | Tree[] | Mapping;
export type Mapping = { [key: string]: Tree };

/** A float whose value is a whole number; JavaScript alone could not tell it from an int. */
export class GoFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** An unquoted YAML 1.1 timestamp: no attribute of Compose takes one. `text` is RFC 3339. */
export class Timestamp {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type PathKey = string | number;
export type TreePath = readonly PathKey[];

export function newMapping(): Mapping {
  return Object.create(null) as Mapping;
}

export function isMapping(value: unknown): value is Mapping {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof GoFloat) &&
    !(value instanceof Timestamp)
  );
}

export function isNumber(value: Tree | undefined): value is number | bigint | GoFloat {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof GoFloat;
}

export function isInteger(value: Tree | undefined): value is number | bigint | GoFloat {
  return typeof value === 'number' ? Number.isInteger(value) : typeof value === 'bigint' || value instanceof GoFloat;
}

/** What Go reads into an int: it keeps larger numbers, and floats, in other types. */
export function isInt(value: Tree | undefined): value is number | bigint {
  return typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : typeof value === 'number' && Number.isInteger(value);
}

export function toNumber(value: number | bigint | GoFloat): number {
  return value instanceof GoFloat ? value.value : Number(value);
}

/** A scalar as Go's fmt prints it; null is "<nil>" there, '' here. */
export function scalarText(value: Tree): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : formatFloat(value);
  if (value instanceof GoFloat) return formatFloat(value.value);
  if (value instanceof Timestamp) return value.text;
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

export function cloneTree(value: Tree): Tree {
  if (Array.isArray(value)) return value.map(cloneTree);
  if (!isMapping(value)) return value;
  const copy = newMapping();
  for (const key of Object.keys(value)) copy[key] = cloneTree(value[key] as Tree);
  return copy;
}

export function sameTree(left: Tree | undefined, right: Tree | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, index) => sameTree(item, right[index]));
  }
  if (left instanceof GoFloat) return right instanceof GoFloat && left.value === right.value;
  if (left instanceof Timestamp) return right instanceof Timestamp && left.text === right.text;
  if (!isMapping(left) || !isMapping(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && sameTree(left[key], right[key]));
}

/** In words, for messages: "a list", "a number". */
export function kindOf(value: Tree | undefined): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'boolean') return 'a boolean';
  if (isNumber(value)) return 'a number';
  if (value instanceof Timestamp) return 'a date';
  return 'a mapping';
}

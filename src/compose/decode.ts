// The canonical model becomes the typed one: each value is converted to its field's type, fields in Docker Compose's order, what is
// unset left out.

import type { MusterError } from '#lib/errors.ts';
import type { Json } from '#lib/canonical-json.ts';
import { convertScalar, DecodeError } from './decode-scalar.ts';
import { problemAt } from './problem.ts';
import type { Field, FieldType, StructType } from './struct-types.ts';
import { isMapping, kindOf, type Mapping, type PathKey, type Tree } from './tree.ts';
import { sortedKeys } from './sort.ts';
import { toJson } from './to-json.ts';

export type Decoded = { [key: string]: Json };

/** The typed form of an element; problems are collected. */
export function decodeStruct(value: Tree, type: StructType, context: DecodeContext): Decoded {
  const decoded: Decoded = {};
  if (value === null) return decoded;
  if (!isMapping(value)) {
    report(context, `must be a mapping, not ${kindOf(value)}`);
    return decoded;
  }
  for (const key of Object.keys(type.fields)) {
    const own = value[key];
    if (own === undefined || own === null) continue;
    const spec = type.fields[key] as Field;
    context.path.push(key);
    const result = decodeField(own, spec, context);
    if (result !== undefined) decoded[key] = result;
    context.path.pop();
  }
  if (type.extensible) keepExtensions(value, decoded);
  return decoded;
}

export type DecodeContext = {
  readonly root: Mapping;
  readonly path: PathKey[];
  readonly problems: MusterError[];
  readonly warn: (message: string) => void;
};

function keepExtensions(value: Mapping, decoded: Decoded): void {
  for (const key of Object.keys(value)) if (key.startsWith('x-')) decoded[key] = toJson(value[key] as Tree);
}

function decodeField(value: Tree, spec: Field, context: DecodeContext): Json | undefined {
  const result = decodeValue(value, spec.type, context);
  if (result === undefined) return undefined;
  if (spec.keepZero === true || spec.silentFalse === true) return result;
  // A host without an address is no entry of the list, and still one of Docker Compose's map.
  if (spec.type === 'hosts' && isMapping(value) && Object.keys(value).length > 0) return result;
  return isZero(result, spec.type) ? undefined : result;
}

function isZero(value: Json, type: FieldType): boolean {
  if (type === 'duration') return value === '0s';
  if (type === 'bytes') return value === '0';
  // An empty command is not an unset one: it clears the image's.
  if (type === 'command') return false;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false || value === null;
}

function decodeValue(value: Tree, type: FieldType, context: DecodeContext): Json | undefined {
  if (typeof type === 'string') {
    try {
      return convertScalar(value, type, context.warn);
    } catch (cause) {
      if (!(cause instanceof DecodeError)) throw cause;
      report(context, cause.message, cause.hint);
      return undefined;
    }
  }
  if ('struct' in type) return decodeStruct(value, type.struct, context);
  return 'list' in type ? decodeList(value, type.list, context) : decodeMap(value, type, context);
}

function decodeList(value: Tree, type: FieldType, context: DecodeContext): Json | undefined {
  const items = Array.isArray(value) ? value : [value];
  const decoded: Json[] = [];
  items.forEach((item, index) => {
    context.path.push(index);
    const result = decodeValue(item, type, context);
    if (result !== undefined) decoded.push(result);
    context.path.pop();
  });
  return decoded;
}

function decodeMap(value: Tree, type: Extract<FieldType, { map: unknown }>, context: DecodeContext): Json | undefined {
  if (!isMapping(value)) {
    report(context, `must be a mapping, not ${kindOf(value)}`);
    return undefined;
  }
  const decoded = Object.create(null) as Decoded;
  for (const key of sortedKeys(value)) {
    const own = value[key] as Tree;
    context.path.push(key);
    const result = own === null && type.nullable === true ? null : decodeValue(own, type.map, context);
    if (result !== undefined) decoded[key] = result;
    context.path.pop();
  }
  return decoded;
}

function report(context: DecodeContext, message: string, hint?: string): void {
  context.problems.push(problemAt(context.root, [...context.path], message, hint === undefined ? {} : { hint }));
}

// Checks a model against the shapes and says every problem that it finds, in words.

import type { MusterError } from '#lib/errors.ts';
import { nearestName } from './nearest.ts';
import { hintForKey, hintForList, hintForMapping, hintForScalar } from './schema-hints.ts';
import { problemAt } from './problem.ts';
import { project } from './shapes/project.ts';
import type { ScalarType, Shape } from './shapes/shape.ts';
import { isInteger, isMapping, isNumber, kindOf, scalarText, toNumber, type Mapping, type PathKey, type Tree } from './tree.ts';

type Finding = {
  readonly path: readonly PathKey[];
  readonly message: string;
  readonly hint?: string;
  /** The key is wrong, not its value. */
  readonly isKey?: boolean;
};

/** All the schema problems of the model so far. */
export function checkSchema(root: Mapping): MusterError[] {
  const findings: Finding[] = [];
  check(root, project, [], findings);
  return findings.map(({ path, message, hint, isKey = false }) =>
    problemAt(root, path, message, { side: isKey ? 'key' : 'value', ...(hint === undefined ? {} : { hint }) }),
  );
}

/** A model with that many is not looked at any further. */
export const maxFindings = 500;

function check(value: Tree, shape: Shape, path: PathKey[], findings: Finding[]): void {
  if (findings.length >= maxFindings) return;
  switch (shape.kind) {
    case 'any':
      return;
    case 'scalar':
      return checkScalar(value, shape, path, findings);
    case 'list':
      return checkList(value, shape, path, findings);
    case 'map':
      return checkMap(value, shape, path, findings);
    case 'struct':
      return checkStruct(value, shape, path, findings);
    case 'either':
      return checkEither(value, shape.shapes, path, findings);
  }
}

function checkScalar(value: Tree, shape: Extract<Shape, { kind: 'scalar' }>, path: PathKey[], findings: Finding[]): void {
  if (!shape.types.some((type) => hasType(value, type))) {
    findings.push({
      path: [...path],
      message: `must be ${anyOf(wordsOf(shape))}, not ${kindOf(value)}`,
      ...hintForScalar(value, shape, path),
    });
    return;
  }
  if (typeof value === 'string') {
    if (shape.values !== undefined && !shape.values.includes(value)) {
      const near = nearestName(value, shape.values);
      findings.push({
        path: [...path],
        message: `must be one of ${shape.values.map((word) => `"${word}"`).join(', ')}, not "${value}"`,
        ...(near === null ? {} : { hint: `did you mean "${near}"?` }),
      });
    } else if (shape.pattern !== undefined && !shape.pattern.test(value)) {
      const hint = shape.example === undefined ? `it must fit ${shape.pattern.source}` : `write it like ${shape.example}`;
      findings.push({ path: [...path], message: `"${value}" is not allowed here`, hint });
    }
  } else if (isNumber(value)) {
    const plain = toNumber(value);
    if (shape.minimum !== undefined && plain < shape.minimum)
      findings.push({ path: [...path], message: `must be at least ${shape.minimum}` });
    if (shape.maximum !== undefined && plain > shape.maximum)
      findings.push({ path: [...path], message: `must be at most ${shape.maximum}` });
  }
}

function hasType(value: Tree, type: ScalarType): boolean {
  if (type === 'null') return value === null;
  if (type === 'string') return typeof value === 'string';
  if (type === 'boolean') return typeof value === 'boolean';
  return type === 'integer' ? isInteger(value) : isNumber(value);
}

function checkList(value: Tree, shape: Extract<Shape, { kind: 'list' }>, path: PathKey[], findings: Finding[]): void {
  if (!Array.isArray(value)) {
    findings.push({ path: [...path], message: `must be a list, not ${kindOf(value)}`, ...hintForList(value) });
    return;
  }
  value.forEach((item, index) => {
    path.push(index);
    check(item, shape.items, path, findings);
    path.pop();
  });
  if (shape.unique) checkUnique(value, path, findings);
}

function checkUnique(items: readonly Tree[], path: readonly PathKey[], findings: Finding[]): void {
  const scalars = new Map<string, number>();
  const others = new Map<string, number>();
  items.forEach((item, index) => {
    const isScalar = typeof item !== 'object' || item === null;
    const key = isScalar ? `${typeof item}:${scalarText(item)}` : treeKey(item);
    const before = isScalar ? repeatedScalar(item, scalars) : others.get(key);
    if (before !== undefined) {
      findings.push({ path: [...path, index], message: `repeats item ${before}`, hint: 'remove one of the two' });
    } else (isScalar ? scalars : others).set(key, index);
  });
}

/** The same for equal trees only. */
function treeKey(value: Tree): string {
  if (Array.isArray(value)) return `[${value.map(treeKey).join(',')}]`;
  if (isMapping(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${treeKey(value[key] as Tree)}`).join(',')}}`;
  }
  return `${typeof value}${JSON.stringify(scalarText(value))}`;
}

/** A number repeats a text that reads as it, though a text never repeats a number: so it is in Docker Compose. */
function repeatedScalar(item: Tree, before: ReadonlyMap<string, number>): number | undefined {
  const text = scalarText(item);
  return before.get(`${typeof item}:${text}`) ?? (typeof item === 'number' ? before.get(`string:${text}`) : undefined);
}

function checkMap(value: Tree, shape: Extract<Shape, { kind: 'map' }>, path: PathKey[], findings: Finding[]): void {
  if (!isMapping(value)) {
    findings.push({ path: [...path], message: `must be a mapping, not ${kindOf(value)}`, ...hintForMapping(value, path) });
    return;
  }
  for (const key of Object.keys(value)) {
    path.push(key);
    if (shape.keys.test(key)) check(value[key] as Tree, shape.values, path, findings);
    else if (!shape.open) {
      findings.push({
        path: [...path],
        message: `"${key}" is not a valid name`,
        isKey: true,
        hint: 'use letters, digits, ".", "_" and "-"',
      });
    }
    path.pop();
  }
}

function checkStruct(value: Tree, shape: Extract<Shape, { kind: 'struct' }>, path: PathKey[], findings: Finding[]): void {
  if (value === null && shape.nullable) return;
  if (!isMapping(value)) {
    findings.push({ path: [...path], message: `must be a mapping, not ${kindOf(value)}`, ...hintForMapping(value, path) });
    return;
  }
  for (const key of Object.keys(value)) {
    const field = ownShape(shape.fields, key) ?? ownShape(shape.extensions, key);
    if (field !== undefined) {
      path.push(key);
      check(value[key] as Tree, field, path, findings);
      path.pop();
    } else if (!(shape.extensible && key.startsWith('x-')) && findings.length < maxFindings) {
      findings.push({
        path: [...path, key],
        message: 'there is no such key',
        hint: hintForKey(key, value[key] as Tree, shape.fields, path),
        isKey: true,
      });
    }
  }
  for (const key of shape.required) {
    if (key in value) continue;
    // A key that is only misspelt has been named above.
    const isMisspelt = Object.keys(value).some((own) => !Object.hasOwn(shape.fields, own) && nearestName(own, [key]) !== null);
    if (!isMisspelt) findings.push({ path: [...path], message: `"${key}" is missing`, hint: `add ${key}:`, isKey: true });
  }
}

/** `constructor` is no key of ours. */
function ownShape(shapes: Readonly<Record<string, Shape>>, key: string): Shape | undefined {
  return Object.hasOwn(shapes, key) ? shapes[key] : undefined;
}

/** The alternative that fits, or else the problems of the one that was probably meant. */
function checkEither(value: Tree, shapes: readonly Shape[], path: PathKey[], findings: Finding[]): void {
  let best: Finding[] | null = null;
  for (const shape of shapes) {
    if (!mayBe(value, shape)) continue;
    const own: Finding[] = [];
    check(value, shape, path, own);
    if (own.length === 0) return;
    if (best === null || own.length < best.length) best = own;
  }
  if (best !== null) findings.push(...best);
  else {
    const hint = value === null ? { hint: 'give it a value, or remove the key' } : {};
    findings.push({ path: [...path], message: `must be ${anyOf(shapes.flatMap(wordsOf))}, not ${kindOf(value)}`, ...hint });
  }
}

function mayBe(value: Tree, shape: Shape): boolean {
  if (shape.kind === 'list') return Array.isArray(value);
  if (shape.kind === 'map') return isMapping(value);
  if (shape.kind === 'struct') return isMapping(value) || (value === null && shape.nullable);
  if (shape.kind === 'scalar') return shape.types.some((type) => hasType(value, type));
  return true;
}

function wordsOf(shape: Shape): string[] {
  if (shape.kind === 'list') return ['a list'];
  if (shape.kind === 'map' || shape.kind === 'struct') return ['a mapping'];
  if (shape.kind === 'scalar') return shape.types.map((type) => scalarWords[type]);
  return shape.kind === 'either' ? shape.shapes.flatMap(wordsOf) : ['anything'];
}

/** "a string, a number or a list" */
function anyOf(words: readonly string[]): string {
  const [last, ...others] = [...new Set(words)].toReversed();
  return others.length === 0 ? (last ?? '') : `${others.toReversed().join(', ')} or ${last ?? ''}`;
}

const scalarWords: Readonly<Record<ScalarType, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'a boolean',
  null: 'empty',
};

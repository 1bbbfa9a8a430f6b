// What a plain YAML scalar means. go-yaml's rules, which Compose files rely on: YAML 1.2 booleans and nulls, but 0440 is octal,
// 0b11 binary, 1_000 a number, and 2001-12-14 a date.

import { resolveTimestamp } from './timestamp.ts';
import { GoFloat, Timestamp, type Tree } from './tree.ts';

const words = new Map<string, Tree>([
  ['', null],
  ['~', null],
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
  ['.inf', Infinity],
  ['.Inf', Infinity],
  ['.INF', Infinity],
  ['+.inf', Infinity],
  ['+.Inf', Infinity],
  ['+.INF', Infinity],
  ['-.inf', -Infinity],
  ['-.Inf', -Infinity],
  ['-.INF', -Infinity],
  ['.nan', NaN],
  ['.NaN', NaN],
  ['.NAN', NaN],
]);

const floatPattern = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** Value of an unquoted scalar without a tag. */
export function resolvePlain(text: string): Tree {
  const first = text.charCodeAt(0);
  const mayBeNumber = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!mayBeNumber) return words.has(text) ? (words.get(text) as Tree) : text;
  return words.get(text) ?? resolveTimestamp(text) ?? resolveInteger(text) ?? resolveFloat(text) ?? text;
}

/** Value of a scalar with one of YAML's own tags; null when the text does not fit the tag. */
export function resolveTagged(tag: string, text: string): { readonly value: Tree } | null {
  if (tag === 'str') return { value: text };
  if (tag === 'binary') return isBase64.test(text) ? { value: decodeBase64(text) } : null;
  const value = resolvePlain(text);
  if (tag === 'null') return value === null ? { value } : null;
  if (tag === 'bool') return typeof value === 'boolean' ? { value } : null;
  if (tag === 'int') return isWhole(value) ? { value } : null;
  if (tag === 'float') return typeof value === 'number' || value instanceof GoFloat ? { value: asFloat(value) } : null;
  return value instanceof Timestamp ? { value } : null;
}

const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function isWhole(value: Tree): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

function asFloat(value: number | GoFloat): Tree {
  return typeof value === 'number' && Number.isInteger(value) ? new GoFloat(value) : value;
}

function decodeBase64(text: string): string {
  return Buffer.from(text.replace(/\s/g, ''), 'base64').toString('utf8');
}

function resolveInteger(text: string): number | bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)$/.exec(text.replaceAll('_', ''));
  if (match === null) return undefined;
  const digits = match[2] ?? '';
  const isOctal = /^0[0-7]+$/.test(digits);
  const magnitude = isOctal ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits.toLowerCase());
  const value = match[1] === '-' ? -magnitude : magnitude;
  // Beyond 64 bits go-yaml reads a float.
  if (value > 0xffff_ffff_ffff_ffffn || value < -0x8000_0000_0000_0000n) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function resolveFloat(text: string): number | GoFloat | undefined {
  const digits = text.replaceAll('_', '');
  if (!floatPattern.test(digits)) return undefined;
  const value = Number(digits);
  if (!Number.isFinite(value)) return undefined;
  return Number.isInteger(value) ? new GoFloat(value) : value;
}

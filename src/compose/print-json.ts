// JSON as Go's encoding/json writes it: HTML characters escaped, which the config hash depends on.

import { MusterError } from '#lib/errors.ts';
import { Entries, laidOut, type Node, type Scalar } from './layout.ts';
import { GoFloat, Timestamp } from './tree.ts';

/** On one line, as hashes are made of. */
export function compactJson(node: Node): string {
  if (node instanceof Entries)
    return `{${node.list.map(([key, value]) => `${quote(key)}:${compactJson(laidOut(value))}`).join(',')}}`;
  return isList(node) ? `[${node.map(compactJson).join(',')}]` : scalar(node);
}

/** Indented by two spaces. */
export function indentedJson(node: Node): string {
  const lines: string[] = [];
  write(node, '', lines);
  return lines.join('');
}

function write(node: Node, indent: string, out: string[]): void {
  const inner = `${indent}  `;
  if (node instanceof Entries) {
    if (node.list.length === 0) return void out.push('{}');
    node.list.forEach(([key, value], index) => {
      out.push(index === 0 ? '{\n' : ',\n', inner, quote(key), ': ');
      write(laidOut(value), inner, out);
    });
    out.push('\n', indent, '}');
  } else if (isList(node)) {
    if (node.length === 0) return void out.push('[]');
    node.forEach((value, index) => {
      out.push(index === 0 ? '[\n' : ',\n', inner);
      write(value, inner, out);
    });
    out.push('\n', indent, ']');
  } else out.push(scalar(node));
}

function isList(node: Node): node is readonly Node[] {
  return Array.isArray(node);
}

function scalar(value: Scalar): string {
  if (typeof value === 'string') return quote(value);
  if (value instanceof Timestamp) return quote(value.text);
  const plain = value instanceof GoFloat ? value.value : value;
  if (typeof plain === 'number' && !Number.isFinite(plain)) {
    throw new MusterError('COMPOSE_INVALID', `JSON has no number ${plain}`, { hint: 'print it as YAML, or put it in quotes' });
  }
  return typeof plain === 'number' ? jsonNumber(plain) : String(plain);
}

/** Go writes 1e-7 as 1e-07 and back to 1e-7 again: the same as JavaScript. */
function jsonNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function quote(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

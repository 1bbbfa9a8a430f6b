// TOML as a person would write it: a header per table, lists of tables on lines of their own. What TOML can't say has a mark
// (docs/guide/toml.md).

import { Entries, laidOut, type Node, type Scalar } from './layout.ts';
import { GoFloat, Timestamp } from './tree.ts';

/** A document, with a final line feed. */
export function toToml(node: Node): string {
  const lines: string[] = [];
  if (node instanceof Entries) writeTable(node, '', lines);
  return `${lines.join('\n').replace(/^\n+/, '')}\n`;
}

/** First the keys that fit on their line, then the tables: what follows a header belongs to it. */
function writeTable(table: Entries, path: string, lines: string[]): void {
  const entries = table.list.map(([key, value]) => [key, laidOut(value)] as const);
  for (const [key, value] of entries) {
    if (!(value instanceof Entries))
      lines.push(`${tomlKey(key)} = ${Array.isArray(value) ? list(value) : scalar(value as Scalar)}`);
  }
  for (const [key, value] of entries) {
    if (!(value instanceof Entries)) continue;
    const name = path === '' ? tomlKey(key) : `${path}.${tomlKey(key)}`;
    const hasTablesOnly = value.list.length > 0 && value.list.every(([, own]) => laidOut(own) instanceof Entries);
    if (!hasTablesOnly) lines.push('', `[${name}]`);
    writeTable(value, name, lines);
  }
}

function list(items: readonly Node[]): string {
  if (!items.some((item) => typeof item === 'object' && item !== null && !isScalarObject(item))) return inline(items);
  return `[\n${items.map((item) => `  ${inline(item)},\n`).join('')}]`;
}

/** On one line. */
function inline(node: Node): string {
  if (Array.isArray(node)) return `[${node.map(inline).join(', ')}]`;
  if (!(node instanceof Entries)) return typeof node === 'string' ? quoted(node) : scalar(node as Scalar);
  if (node.list.length === 0) return '{}';
  return `{ ${node.list.map(([key, value]) => `${tomlKey(key)} = ${inline(laidOut(value))}`).join(', ')} }`;
}

function isScalarObject(node: Node): boolean {
  return node instanceof GoFloat || node instanceof Timestamp;
}

function scalar(value: Scalar): string {
  if (value === null) return '{ x-null = true }';
  if (typeof value === 'string') return value.includes('\n') ? longText(value) : quoted(value);
  if (value instanceof Timestamp) return value.text;
  if (value instanceof GoFloat) return float(value.value);
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : float(value);
  // TOML has no integers beyond 64 bits with a sign.
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) return float(Number(value));
  return String(value);
}

function float(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quoted(key);
}

function longText(text: string): string {
  return `"""\n${text
    .split('\n')
    .map((line) => quoted(line).slice(1, -1))
    .join('\n')}"""`;
}

/** JSON's escapes are TOML's, which wants DEL escaped too. */
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll('\u007F', '\\u007F');
}

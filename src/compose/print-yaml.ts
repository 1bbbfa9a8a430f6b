// YAML as Docker Compose's encoder writes it: two spaces, lists indented below their key, text quoted only where it must be.

import { formatFloat } from './go-number.ts';
import { Entries, laidOut, type Later, type Node, type Scalar } from './layout.ts';
import { compareYamlKeys } from './yaml-keys.ts';
import { yamlText } from './yaml-text.ts';
import { GoFloat, Timestamp } from './tree.ts';

/** A document, with a final line feed. */
export function toYaml(node: Node): string {
  const lines: string[] = [];
  writeBlock(node, 0, '', lines);
  // A block of text may end in a separator of lines that is no line feed, and then there is none.
  return lines.map((line) => (/[\u2028\u2029]$/.test(line) ? line : `${line}\n`)).join('');
}

/** Writes `node` with its first line after `lead`, which stands at column `indent`. */
function writeBlock(node: Node, indent: number, lead: string, lines: string[]): void {
  if (node instanceof Entries && node.list.length > 0) {
    sortIfMap(node).forEach(([key, value], index) => {
      writeEntry(key, value, indent, index === 0 ? lead : ' '.repeat(indent), lines);
    });
  } else if (isList(node) && node.length > 0) {
    node.forEach((item, index) => writeBlock(item, indent + 2, `${index === 0 ? lead : ' '.repeat(indent)}- `, lines));
  } else lines.push(`${lead}${inline(node, indent)}`);
}

function writeEntry(key: string, given: Node | Later, indent: number, lead: string, lines: string[]): void {
  const value = laidOut(given);
  const isSimple = mayBeSimpleKey(key);
  const name = yamlText(key, { indent: isSimple ? indent : indent + 2, isKey: isSimple });
  if (!isSimple) lines.push(`${lead}? ${name}`);
  const start = isSimple ? `${lead}${name}:` : `${' '.repeat(indent)}:`;
  const isBlock = (value instanceof Entries && value.list.length > 0) || (isList(value) && value.length > 0);
  if (!isBlock) lines.push(`${start} ${inline(value, indent + 2)}`);
  else if (!isSimple) writeBlock(value, indent + 2, `${start} `, lines);
  else {
    lines.push(start);
    writeBlock(value, indent + 2, ' '.repeat(indent + 2), lines);
  }
}

/** A line of at most 128 bytes; any other key gets a `?` before it. */
function mayBeSimpleKey(key: string): boolean {
  const isShort = key.length <= 42 || Buffer.byteLength(key) <= 128;
  return isShort && !/[\r\n\u0085\u2028\u2029]/.test(key);
}

function inline(node: Node, indent: number): string {
  if (node instanceof Entries) return '{}';
  return isList(node) ? '[]' : scalarText(node, indent);
}

function scalarText(value: Scalar, indent: number): string {
  if (typeof value === 'string') return yamlText(value, { indent, isKey: false });
  if (value === null) return 'null';
  if (value instanceof Timestamp) return value.text;
  if (value instanceof GoFloat) return float(value.value);
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : float(value);
  return String(value);
}

function float(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return formatFloat(value);
}

function isList(node: Node): node is readonly Node[] {
  return Array.isArray(node);
}

/** Structs keep their order; maps are in YAML's, which counts digits. */
function sortIfMap(node: Entries): Entries['list'] {
  return node.isMap ? [...node.list].sort(([left], [right]) => compareYamlKeys(left, right)) : node.list;
}

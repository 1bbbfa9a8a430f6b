// Where things stand in their files: a side table, so that the data stays plain. Each container that the YAML reader makes is
// remembered with the offset of every entry; merging copies the entries along.

import type { Place } from '#lib/errors.ts';
import { isMapping, type PathKey, type Tree, type TreePath } from './tree.ts';

export type SourceFile = { readonly name: string; readonly text: string; lineStarts?: number[] };

type Spot = { readonly file: SourceFile; readonly offset: number; readonly valueOffset: number };
type Entries = Map<PathKey, Spot>;

const spots = new WeakMap<object, Entries>();

/** `offset` is the key's (an item's own), `valueOffset` where its value starts. */
export function rememberEntry(container: object, key: PathKey, file: SourceFile, offset: number, valueOffset: number): void {
  entriesOf(container).set(key, { file, offset, valueOffset });
}

/** `to[toKey]` came from `from[fromKey]`. */
export function copyPlace(from: object, fromKey: PathKey, to: object, toKey: PathKey): void {
  const spot = spots.get(from)?.get(fromKey);
  if (spot !== undefined) entriesOf(to).set(toKey, spot);
}

export function copyPlaces(from: object, to: object): void {
  const entries = spots.get(from);
  if (entries !== undefined && from !== to) spots.set(to, new Map([...entries, ...entriesOf(to)]));
}

/** The place of the deepest part of `path` below `root` that came from a file: of its key, or of its value. */
export function placeOf(root: Tree, path: TreePath, side: 'key' | 'value' = 'key'): Place | undefined {
  let found: Spot | undefined;
  let node: Tree | undefined = root;
  for (const key of path) {
    if (typeof node !== 'object' || node === null) break;
    found = spots.get(node)?.get(key) ?? found;
    node = child(node, key);
  }
  return found === undefined ? undefined : toPlace(found.file, side === 'key' ? found.offset : found.valueOffset);
}

export function toPlace(file: SourceFile, offset: number): Place {
  const starts = (file.lineStarts ??= lineStartsOf(file.text));
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const start = starts[low] ?? 0;
  const end = starts[low + 1] ?? file.text.length + 1;
  const source = file.text.slice(start, end - 1).replace(/\r$/, '');
  return { file: file.name, line: low + 1, column: offset - start + 1, source: source.slice(0, 400) };
}

function entriesOf(container: object): Entries {
  let entries = spots.get(container);
  if (entries === undefined) spots.set(container, (entries = new Map()));
  return entries;
}

function child(node: object, key: PathKey): Tree | undefined {
  if (Array.isArray(node)) return typeof key === 'number' ? (node[key] as Tree | undefined) : undefined;
  return isMapping(node) ? node[key] : undefined;
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

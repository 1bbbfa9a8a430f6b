// The names of sections in docs/reference/compose.md: a key's path without the names that the file's author chose.

import type { Shape } from './shapes/shape.ts';
import { project } from './shapes/project.ts';
import type { TreePath } from './tree.ts';

/** `['services', 'web', 'ports', 0]` is explained at `services-ports`; null when no known key is on the path. */
export function referenceAnchor(path: TreePath): string | null {
  const keys: string[] = [];
  let shapes: readonly Shape[] = [project];
  for (const key of path) {
    const { below, known } = step(shapes, key);
    if (known) keys.push(String(key));
    if (below.length === 0) break;
    shapes = below;
  }
  return keys.length === 0 ? null : anchorOf(keys);
}

export function anchorOf(keys: readonly string[]): string {
  return keys.join('-');
}

/** The shapes below a key, and whether the key is one of the specification's own. */
function step(shapes: readonly Shape[], key: string | number): { readonly below: readonly Shape[]; readonly known: boolean } {
  const below: Shape[] = [];
  let known = false;
  for (const shape of shapes.flatMap(alternatives)) {
    if (shape.kind === 'list' && typeof key === 'number') below.push(shape.items);
    if (shape.kind === 'map' && typeof key === 'string') below.push(shape.values);
    if (shape.kind !== 'struct' || !Object.hasOwn(shape.fields, key)) continue;
    known = true;
    below.push(shape.fields[key] as Shape);
  }
  return { below, known };
}

/** The shapes that a value may have, those of alternatives among them. */
export function alternatives(shape: Shape): readonly Shape[] {
  return shape.kind === 'either' ? shape.shapes.flatMap(alternatives) : [shape];
}

// !reset and !override: what earlier files said at these paths is dropped before this file is merged.

import { isMapping, type Mapping, type TreePath } from './tree.ts';

export function applyResets(model: Mapping, resets: readonly TreePath[]): void {
  for (const path of resets) dropPath(model, path);
}

function dropPath(model: Mapping, path: TreePath): void {
  let node: Mapping = model;
  for (const key of path.slice(0, -1)) {
    const next = typeof key === 'string' ? node[key] : undefined;
    // Items of a list can't be addressed, as in Docker Compose.
    if (!isMapping(next)) return;
    node = next;
  }
  const last = path.at(-1);
  if (typeof last === 'string') delete node[last];
}

// What is wrong is taken out of a model, so that the rest can be judged on its own.

import { copyPlace } from './places.ts';
import { isMapping, newMapping, type Mapping, type PathKey, type Tree, type TreePath } from './tree.ts';

/** Removes the values at the paths. An element (`services.web`) stays, empty: others may refer to it. */
export function cutOut(root: Mapping, paths: readonly TreePath[]): void {
  // From the end of each list to its start, so that the indexes before stay right.
  const indexes = new Map<Tree[], Set<number>>();
  for (const path of paths) {
    const last = path.at(-1);
    const holder = last === undefined ? null : valueAt(root, path.slice(0, -1));
    if (Array.isArray(holder)) {
      if (typeof last === 'number') indexes.set(holder, (indexes.get(holder) ?? new Set()).add(last));
    } else if (isMapping(holder) && typeof last === 'string' && last in holder) {
      if (path.length === 2) holder[last] = newMapping();
      else delete holder[last];
    }
  }
  for (const [list, gone] of indexes) removeItems(list, gone);
}

function valueAt(root: Tree, path: readonly PathKey[]): Tree | undefined {
  let node: Tree | undefined = root;
  for (const key of path) {
    if (Array.isArray(node)) node = typeof key === 'number' ? node[key] : undefined;
    else if (isMapping(node)) node = node[key];
    else return undefined;
  }
  return node;
}

function removeItems(list: Tree[], gone: ReadonlySet<number>): void {
  let kept = 0;
  list.forEach((item, index) => {
    if (gone.has(index)) return;
    list[kept] = item;
    copyPlace(list, index, list, kept);
    kept++;
  });
  list.length = kept;
}

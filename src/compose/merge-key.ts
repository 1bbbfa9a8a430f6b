// YAML's merge key `<<`, as go-yaml has it. https://yaml.org/type/merge.html

import type { Event } from './go-yaml/events.ts';
import { copyPlace } from './places.ts';
import { isMapping, type Mapping, type Tree } from './tree.ts';

export const mergeKey = '<<';

/** In quotes, or with another tag than its own, it is a key as any other. */
export function isMergeKey(event: Event): boolean {
  if (event.kind !== 'scalar' || event.text !== mergeKey) return false;
  return event.tag === '!!merge' || (event.isPlain && (event.tag === '' || event.tag === '!'));
}

/** What the mapping says itself wins; of several mappings, the earlier. Whether all that was to be merged are mappings: the others are left out. */
export function mergeInto(target: Mapping, source: Tree): boolean {
  if (Array.isArray(source))
    return source.map((item) => !Array.isArray(item) && mergeInto(target, item)).every((isMerged) => isMerged);
  if (!isMapping(source)) return false;
  for (const key of Object.keys(source)) {
    if (key in target) continue;
    target[key] = source[key] as Tree;
    copyPlace(source, key, target, key);
  }
  return true;
}

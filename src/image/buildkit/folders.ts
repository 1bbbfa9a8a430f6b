// What the builder may ask for under which name.

import { contextEntries, textEntry } from '../context-entries.ts';
import { parseIgnoreRules } from '../ignore-rules.ts';
import type { Folder } from './file-sync.ts';
import { wantedPaths } from './wanted-paths.ts';

/** A folder of this machine. */
export function folderAt(root: string): Folder {
  return async function* ({ excluded, named }) {
    const mayHold = await wantedPaths(root, named);
    yield* contextEntries({ root, rules: parseIgnoreRules(excluded.join('\n')), always: new Set(), mayHold });
  };
}

/** A folder of nothing but these texts, by name. */
export function folderOf(texts: Readonly<Record<string, string>>): Folder {
  return async function* () {
    for (const name of Object.keys(texts).sort()) yield await Promise.resolve(textEntry(name, texts[name] ?? ''));
  };
}

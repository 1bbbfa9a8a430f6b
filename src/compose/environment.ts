// Values that the environment of the file's own project gives: variables named without a value.

import { mappingsIn } from './defaults.ts';
import type { Lookup } from './template.ts';
import type { Mapping, Tree } from './tree.ts';

/** `environment: [NAME]` becomes `NAME=value` where the environment has it. Included files have an environment of their own. */
export function resolveEnvironment(root: Mapping, lookup: Lookup): void {
  for (const service of mappingsIn(root['services'])) {
    const { environment } = service;
    if (Array.isArray(environment)) service['environment'] = environment.map((entry) => withValue(entry, lookup));
  }
}

function withValue(entry: Tree, lookup: Lookup): Tree {
  if (typeof entry !== 'string' || entry.includes('=')) return entry;
  const value = lookup(entry);
  return value === undefined ? entry : `${entry}=${value}`;
}

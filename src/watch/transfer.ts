// What has to be removed from a replica and what put into it, in an order in which nothing undoes another.

import type { FileSync } from './decide.ts';

export type Transfer = {
  /** In the replica; none is below another, and the root is never among them. Removed first. */
  readonly gone: readonly string[];
  /** Folders before what is in them. */
  readonly there: readonly FileSync[];
};

export function transferOf(files: readonly FileSync[]): Transfer {
  const inOrder = [...files].sort((a, b) => (keyOf(a.target) < keyOf(b.target) ? -1 : 1));
  const gone: string[] = [];
  for (const { target, isGone } of inOrder) {
    const last = gone.at(-1);
    if (isGone && target !== '/' && (last === undefined || !target.startsWith(`${last}/`))) gone.push(target);
  }
  return { gone, there: inOrder.filter(({ isGone }) => !isGone) };
}

/** With `/` before all that a name may have, what is in a folder follows it at once. */
const keyOf = (target: string): string => target.replaceAll('/', '\0');

/** The first cycle of dependencies that a walk in name order finds: `[a, b, a]`; null when there is none. */
export function findCycle(dependenciesOf: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  for (const start of [...dependenciesOf.keys()].sort()) {
    const found = walk(start, dependenciesOf, done);
    if (found !== null) return found;
  }
  return null;
}

/** Depth first without recursion: chains of thousands of services are legal. */
function walk(
  start: string,
  dependenciesOf: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): readonly string[] | null {
  if (done.has(start)) return null;
  const trail = [{ name: start, next: 0 }];
  const onTrail = new Set([start]);
  for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
    const dependency = (dependenciesOf.get(top.name) ?? [])[top.next++];
    if (dependency === undefined) {
      trail.pop();
      onTrail.delete(top.name);
      done.add(top.name);
    } else if (onTrail.has(dependency)) {
      const names = trail.map((step) => step.name);
      return [...names.slice(names.indexOf(dependency)), dependency];
    } else if (!done.has(dependency)) {
      trail.push({ name: dependency, next: 0 });
      onTrail.add(dependency);
    }
  }
  return null;
}

import { nearestName as nearestBySpelling } from '#lib/nearest-name.ts';

/** The name in a Compose file that a misspelt one probably means: near in spelling, or the only one that has it as a part. */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  return nearestBySpelling(name, candidates) ?? onlyOneWith(name, candidates);
}

/** `healthy` can only mean `service_healthy`. Flags have no such rule: `--color` does not mean `--no-color`. */
function onlyOneWith(name: string, candidates: readonly string[]): string | null {
  if (name.length < 4) return null;
  const text = name.toLowerCase();
  const [first, ...more] = candidates.filter((candidate) => candidate.toLowerCase().split(/[_+-]/).includes(text));
  return first !== undefined && more.length === 0 ? first : null;
}

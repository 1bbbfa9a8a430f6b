// `pull_policy: daily`, `weekly`, `every_<duration>`: how old an image may become.

const secondsPer: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };

/** Seconds; null for policies that know no age. */
export function pullInterval(policy: string): number | null {
  if (policy === 'daily') return 86_400;
  if (policy === 'weekly') return 604_800;
  if (!policy.startsWith('every_')) return null;
  const text = policy.slice('every_'.length);
  if (!/^(?:\d+(?:\.\d+)?[wdhms])+$/.test(text)) return null;
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)([wdhms])/g))
    seconds += Number(count) * (secondsPer[unit ?? ''] ?? 0);
  return seconds;
}

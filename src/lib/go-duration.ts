// Durations as Go writes them, which is how canonical Compose holds them: "1m30s", "500ms", "1h0m0.5s".

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 604_800e9,
};

/** Nanoseconds, or null for what is no duration. Days and weeks are Compose's addition. Exact below 104 days. */
export function parseGoDuration(text: string): number | null {
  const sign = text.startsWith('-') ? -1 : 1;
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+$/.test(unsigned)) return null;
  let total = 0;
  for (const [, amount, unit] of unsigned.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)/g))
    // The pattern above allows no other unit.
    total += Math.round(Number(amount) * (nanoseconds[unit ?? ''] as number));
  return sign * total;
}

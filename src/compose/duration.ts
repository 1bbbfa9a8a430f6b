// Durations as Compose reads and prints them: Go's, plus days and weeks on input. All in nanoseconds, as bigint.

const unitNanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

const maximum = (1n << 63n) - 1n;

/** Nanoseconds, or null for what is not a duration. */
export function parseDuration(text: string): bigint | null {
  const sign = text.startsWith('-') ? -1n : 1n;
  const body = text.replace(/^[-+]/, '');
  if (body === '0') return 0n;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+$/.test(body)) return null;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|[smhdw])/g)) {
    const nanoseconds = unitNanoseconds[unit] ?? 0n;
    total += BigInt(whole === '' ? '0' : whole) * nanoseconds;
    // With Go's rounding.
    const digits = fraction.slice(0, 18);
    total += BigInt(Math.trunc(Number(digits) * (Number(nanoseconds) / 10 ** digits.length)));
  }
  return total > maximum ? null : sign * total;
}

/** Go's `time.Duration.String()`: "1m30s", "1.5s", "100ms", "0s". */
export function formatDuration(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const value = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (value === 0n) return '0s';
  if (value < 1000n) return `${sign}${value}ns`;
  if (value < 1_000_000n) return `${sign}${decimal(value, 3)}µs`;
  if (value < 1_000_000_000n) return `${sign}${decimal(value, 6)}ms`;
  const seconds = value / 1_000_000_000n;
  const rest = decimal((seconds % 60n) * 1_000_000_000n + (value % 1_000_000_000n), 9);
  const minutes = (seconds / 60n) % 60n;
  const hours = seconds / 3600n;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${rest}s`;
  return minutes > 0n ? `${sign}${minutes}m${rest}s` : `${sign}${rest}s`;
}

function decimal(value: bigint, digits: number): string {
  const text = value.toString().padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return fraction === '' ? text.slice(0, -digits) : `${text.slice(0, -digits)}.${fraction}`;
}

// Points in time as people give them: RFC 3339, Unix seconds, or a Go duration before now.

import { MusterError } from './errors.ts';
import { parseGoDuration } from './go-duration.ts';

/**
 * Unix nanoseconds; null for ''. `now` is Unix milliseconds. What RFC 3339 leaves out is local time, as Docker's own client has it.
 * Throws BAD_FLAG.
 */
export function parseMoment(text: string, now: number): bigint | null {
  if (text === '') return null;
  const seconds = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (seconds !== null) return moment(Number(seconds[1]), seconds[2]);
  const duration = parseGoDuration(text);
  if (duration !== null) return BigInt(now) * 1_000_000n - BigInt(Math.round(duration));
  const match = /^(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:?\d\d)?$/i.exec(text);
  const date =
    match === null
      ? Number.NaN
      : Date.parse(`${match[1]?.replace(' ', 'T')}${match[1]?.includes(':') ? '' : 'T00:00:00'}${match[3] ?? ''}`);
  if (Number.isNaN(date))
    throw new MusterError('BAD_FLAG', `"${text}" is no point in time`, {
      hint: 'write it like 10m, 2026-01-31T12:00:00Z or 1767225600',
    });
  return moment(date / 1000, match?.[2]);
}

/** `fraction`: the digits behind the point. */
function moment(seconds: number, fraction = ''): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** RFC 3339 with nanoseconds; '' for none. */
export function momentText(nanoseconds: bigint | null): string {
  if (nanoseconds === null) return '';
  const milliseconds = nanoseconds / 1_000_000n;
  return `${new Date(Number(milliseconds)).toISOString().slice(0, 19)}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`;
}

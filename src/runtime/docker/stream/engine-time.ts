import { MusterError } from '#lib/errors.ts';
import { parseGoDuration } from '#lib/go-duration.ts';

/**
 * A point in time as the engine takes it: Unix seconds with nine decimals. Takes RFC 3339, Unix seconds, or a Go duration before `now`
 * (Unix milliseconds); undefined for ''. What RFC 3339 leaves out is local time, as Docker's own client has it.
 */
export function engineTime(text: string, now: number): string | undefined {
  if (text === '') return undefined;
  if (/^\d+(\.\d{1,9})?$/.test(text)) return text;
  const duration = parseGoDuration(text);
  if (duration !== null) return fixed(Math.floor(now / 1000), (now % 1000) * 1e6 - duration);
  const match = /^(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:?\d\d)?$/i.exec(text);
  const date =
    match === null
      ? Number.NaN
      : Date.parse(`${match[1]?.replace(' ', 'T')}${match[1]?.includes(':') ? '' : 'T00:00:00'}${match[3] ?? ''}`);
  if (Number.isNaN(date))
    throw new MusterError('BAD_FLAG', `"${text}" is no point in time`, {
      hint: 'write it like 10m, 2026-01-31T12:00:00Z or 1767225600',
    });
  return fixed(date / 1000, Number((match?.[2] ?? '').padEnd(9, '0')));
}

/** Nanoseconds may be more than a second, and negative. */
function fixed(seconds: number, nanoseconds: number): string {
  const carried = Math.floor(nanoseconds / 1e9);
  return `${seconds + carried}.${String(nanoseconds - carried * 1e9).padStart(9, '0')}`;
}

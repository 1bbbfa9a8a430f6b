import { parseMoment } from '#lib/moment.ts';

/** A point in time as the engine takes it: Unix seconds with nine decimals; undefined for ''. `now` is Unix milliseconds. */
export function engineTime(text: string, now: number): string | undefined {
  const nanoseconds = parseMoment(text, now);
  if (nanoseconds === null) return undefined;
  return `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;
}

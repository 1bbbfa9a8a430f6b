// Canonical Compose holds sizes as strings of bytes and durations as Go writes them; the engine wants numbers.

import { MusterError } from '#lib/errors.ts';
import { parseGoDuration } from '#lib/go-duration.ts';

/** A number, also where the model's type says string: some of Compose's own number fields are printed as numbers. */
export function numberOf(value: string | number | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Nanoseconds. */
export function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseGoDuration(text);
  if (parsed === null) throw new MusterError('COMPOSE_INVALID', `"${text}" is not a duration`, { hint: 'write it like 1m30s' });
  return parsed;
}

/** Rounded down, as Docker Compose does: half a second is no grace period. */
export function wholeSeconds(text: string | undefined): number | undefined {
  const duration = durationOf(text);
  return duration === undefined ? undefined : Math.trunc(duration / 1e9);
}

/** Billionths of a CPU; the service's own field may be a number or its text. */
export function nanoCpus(cpus: number | string | undefined): number | undefined {
  const number = numberOf(cpus);
  return number === undefined ? undefined : Math.round(number * 1e9);
}

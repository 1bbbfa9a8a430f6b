import { readFloat, truncated } from './go-number.ts';

const binaryUnits = 'kmgtp';

/** Bytes of a size such as "64m", "1.5GiB", "512 b"; units are binary; null for what is not a size. */
export function parseBytes(text: string): bigint | null {
  const match = /^(.*[\d.]) ?(?:([kmgtp])(?:i?b)?|b)?$/i.exec(text);
  const amount = readFloat(match?.[1] ?? '');
  if (match === null || amount === null || amount < 0) return null;
  const unit = match[2] ?? '';
  const power = unit === '' ? 0 : binaryUnits.indexOf(unit.toLowerCase()) + 1;
  return truncated(amount * 1024 ** power);
}

const binaryUnits = 'kmgtp';

/** Bytes of a size such as "64m", "1.5GiB", "512 b"; units are binary; null for what is not a size. */
export function parseBytes(text: string): number | null {
  const match = /^(\d+\.?\d*|\.\d+) ?(?:([kmgtp])(?:i?b)?|b)?$/i.exec(text);
  if (match === null) return null;
  const [, amount = '', unit = ''] = match;
  const power = unit === '' ? 0 : binaryUnits.indexOf(unit.toLowerCase()) + 1;
  return Math.trunc(Number(amount) * 1024 ** power);
}

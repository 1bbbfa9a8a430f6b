// Numbers as Go's strconv reads and fmt prints them.

/** `%v` of a float64: the shortest digits; an exponent below 1e-4 and from 1e6 on. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** encoding/json's form of a float64: an exponent below 1e-6 and from 1e21 on, as in JavaScript but for its sign and digits. */
export function jsonFloat(value: number): string {
  return String(value).replace(/e([+-])(\d)$/, 'e$1$2');
}

/** The shortest decimal that reads back as the same float32: Go prints float32 fields so. */
export function shortestFloat32(value: number): number {
  const single = Math.fround(value);
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return single;
}

/** `strconv.ParseFloat`, save infinities and what is no number: null, as for all that it does not read. */
export function readFloat(text: string): number | null {
  if (text.includes('_') && !areSeparators(text)) return null;
  const plain = text.replaceAll('_', '');
  const hexadecimal = /^([-+]?)0x(?=[\da-f.]*[\da-f])([\da-f]*)\.?([\da-f]*)p([-+]?\d+)$/i.exec(plain);
  if (hexadecimal !== null) {
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = hexadecimal;
    const size = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
    return Number.isFinite(size) ? (sign === '-' ? -size : size) : null;
  }
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

/** Whether every underscore stands between two digits, or after `0x`. */
function areSeparators(text: string): boolean {
  const body = text.replace(/^[-+]/, '');
  const digit = /^0x/i.test(body) ? '[0-9a-f]' : '[0-9]';
  return !new RegExp(`(?<!${digit}|^0x)_|_(?!${digit})`, 'i').test(body);
}

/** A float64 as an int64, on the processors that Go is mostly run on: what is too large becomes the least number. */
export function truncated(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : -(2n ** 63n);
}

/** A float64 as a uint64 on those: what is too large becomes 2^63. */
export function truncatedUnsigned(value: number): bigint {
  return value < 2 ** 64 ? BigInt(Math.trunc(value)) : 2n ** 63n;
}

/** `strconv.ParseInt` of base 10: null for what it refuses. */
export function readInt64(text: string): bigint | null {
  if (!/^[-+]?\d+$/.test(text)) return null;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : null;
}

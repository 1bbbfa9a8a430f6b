// Numbers as Go's strconv and fmt print them.

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

/** The order in which go-yaml prints the keys of a map: letters after other signs, and numbers by their value ("a2" before "a10"). */
export function compareYamlKeys(left: string, right: string): number {
  const a = Array.from(left);
  const b = Array.from(right);
  let isAfterDigit = false;
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [x, y] = [a[at] as string, b[at] as string];
    if (x === y) {
      isAfterDigit = isDigit(x);
      continue;
    }
    const [xLetter, yLetter] = [isLetter(x), isLetter(y)];
    if (xLetter && yLetter) return byCode(x, y);
    if (xLetter || yLetter) return xLetter === isAfterDigit ? -1 : 1;
    return compareNumbers(a, b, at) || byCode(x, y);
  }
  return a.length - b.length;
}

function compareNumbers(a: readonly string[], b: readonly string[], at: number): number {
  const hasNumberBefore = (a[at] === '0' || b[at] === '0') && /[1-9]\d*$/.test(a.slice(0, at).join(''));
  const start = hasNumberBefore ? '1' : '';
  const x = digitsAt(a, at);
  const y = digitsAt(b, at);
  const [left, right] = [asInt64(start + x), asInt64(start + y)];
  if (left !== right) return left < right ? -1 : 1;
  return x.length - y.length;
}

/** Longer numbers overflow there. */
function asInt64(digits: string): bigint {
  return BigInt.asIntN(64, BigInt(`0${digits}`));
}

function digitsAt(text: readonly string[], at: number): string {
  let end = at;
  while (end < text.length && isDigit(text[end] as string)) end++;
  return text.slice(at, end).join('');
}

function isDigit(char: string): boolean {
  return /^\d$/.test(char);
}

function isLetter(char: string): boolean {
  return /^\p{L}$/u.test(char);
}

function byCode(left: string, right: string): number {
  return (left.codePointAt(0) ?? 0) - (right.codePointAt(0) ?? 0);
}

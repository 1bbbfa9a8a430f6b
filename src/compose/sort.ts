// Go sorts the keys of a map by their UTF-8 bytes.

/** Keys in the order in which they are printed. */
export function sortedKeys(value: object): string[] {
  return Object.keys(value).sort(compareBytes);
}

/** UTF-16 order differs from UTF-8 order only around surrogates. */
export function compareBytes(left: string, right: string): number {
  if (hasSurrogate(left) || hasSurrogate(right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

function hasSurrogate(text: string): boolean {
  return /[\uD800-\uDFFF]/.test(text);
}

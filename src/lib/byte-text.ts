// File names and arguments are bytes. As text they are UTF-8, and each byte that isn't becomes the lone surrogate U+DC00 + byte, so that
// nothing is lost on the way back (Python's "surrogateescape", PEP 383).

import { isUtf8 } from 'node:buffer';

export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let index = 0; index < bytes.length;) {
    const length = characterLength(bytes, index);
    text += length === 0 ? String.fromCharCode(0xdc00 + (bytes[index] ?? 0)) : bytes.toString('utf8', index, index + length);
    index += Math.max(length, 1);
  }
  return text;
}

export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  return Buffer.concat(
    Array.from(text, (character) => {
      const code = character.charCodeAt(0);
      return code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(character);
    }),
  );
}

/** Bytes of the character at `index`; 0: there is none. */
function characterLength(bytes: Buffer, index: number): number {
  const first = bytes[index] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return isUtf8(bytes.subarray(index, index + length)) ? length : 0;
}

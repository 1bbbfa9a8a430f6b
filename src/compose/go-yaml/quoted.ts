// Scalars in quotes.

import type { Cursor } from './cursor.ts';
import { isBlankOrEnd, isBreak, isEnd } from './characters.ts';
import { folded } from './folding.ts';

/** The text between the quotes, of either kind, that start at the cursor. */
export function scanQuoted(cursor: Cursor): string {
  const start = cursor.at;
  const quote = cursor.peek();
  cursor.at++;
  let text = '';
  for (;;) {
    if (cursor.isAtDocumentMark()) cursor.fail('a document ends inside quotes');
    if (isEnd(cursor.peek())) cursor.fail('the file ends inside quotes', start);
    const word = scanWord(cursor, quote);
    text += word.text;
    if (cursor.peek() === quote) break;
    text += folded(cursor, word.hasEscapedBreak).text;
  }
  cursor.at++;
  return text;
}

type Word = { readonly text: string; readonly hasEscapedBreak: boolean };

/** Up to white space, the closing quote, or a line break that a backslash takes away. */
function scanWord(cursor: Cursor, quote: number): Word {
  const isDouble = quote === 34;
  let text = '';
  let from = cursor.at;
  for (let code = cursor.peek(); !isBlankOrEnd(code); code = cursor.peek()) {
    const next = cursor.peek(1);
    if (!isDouble && code === 39 && next === 39) {
      text += cursor.text.slice(from, cursor.at + 1);
      cursor.at += 2;
      from = cursor.at;
    } else if (code === quote) break;
    else if (isDouble && code === 92) {
      text += cursor.text.slice(from, cursor.at);
      if (isBreak(next)) {
        cursor.at++;
        cursor.takeBreak();
        return { text, hasEscapedBreak: true };
      }
      text += escaped(cursor);
      from = cursor.at;
    } else cursor.at++;
  }
  return { text: text + cursor.text.slice(from, cursor.at), hasEscapedBreak: false };
}

/** Neither more nor fewer than go-yaml has: `\'` but not `\/`. */
const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1B',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\u0085',
  _: '\u00A0',
  L: '\u2028',
  P: '\u2029',
};
const hexadecimalDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function escaped(cursor: Cursor): string {
  const start = cursor.at;
  const letter = cursor.text[start + 1] ?? '';
  const length = hexadecimalDigits[letter];
  if (length === undefined) {
    const meaning = escapes[letter];
    if (meaning === undefined) cursor.fail(`\\${letter} means nothing between double quotes`);
    cursor.at += 2;
    return meaning;
  }
  const digits = cursor.text.slice(start + 2, start + 2 + length);
  if (digits.length < length || !/^[\dA-Fa-f]+$/.test(digits)) cursor.fail(`\\${letter} needs ${length} hexadecimal digits`);
  const code = parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) cursor.fail(`\\${letter}${digits} is not a character`);
  cursor.at = start + 2 + length;
  return String.fromCodePoint(code);
}

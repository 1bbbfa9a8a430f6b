// Scalars over several lines after `|` or `>`.

import type { Cursor } from './cursor.ts';
import { isBlank, isBreak, isEnd } from './characters.ts';

/** `parentIndent` is -1 at the top. */
export function scanBlock(cursor: Cursor, parentIndent: number): string {
  const isFolded = cursor.peek() === 62;
  cursor.at++;
  const { chomping, increment } = scanHeader(cursor);
  const given = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  const leading = scanBreaks(cursor, given, parentIndent);
  const { indent } = leading;
  let { breaks } = leading;
  let text = '';
  let lineBreak = '';
  let wasBlank = false;
  while (cursor.column === indent && !isEnd(cursor.peek())) {
    const startsBlank = isBlank(cursor.peek());
    if (isFolded && lineBreak === '\n' && !wasBlank && !startsBlank) text += breaks === '' ? ' ' : '';
    else text += lineBreak;
    text += breaks;
    wasBlank = startsBlank;
    text += scanLine(cursor);
    // A last line that ends with the file has no break.
    lineBreak = isEnd(cursor.peek()) ? '' : cursor.takeBreak();
    ({ breaks } = scanBreaks(cursor, indent, parentIndent));
  }
  if (chomping !== '-') text += lineBreak;
  return chomping === '+' ? text + breaks : text;
}

function scanHeader(cursor: Cursor): { readonly chomping: string; readonly increment: number } {
  const match = /^(?:([-+])(\d)?|(\d)([-+])?)?/.exec(cursor.text.slice(cursor.at, cursor.at + 2));
  const chomping = match?.[1] ?? match?.[4] ?? '';
  const digit = match?.[2] ?? match?.[3];
  if (digit === '0') cursor.fail('a block of text is indented by at least one space');
  cursor.at += match?.[0].length ?? 0;
  cursor.skipBlanks();
  cursor.skipComment();
  if (!isBreak(cursor.peek()) && !isEnd(cursor.peek())) cursor.fail('after | or > the text starts on the next line');
  if (isBreak(cursor.peek())) cursor.takeBreak();
  return { chomping, increment: Number(digit ?? 0) };
}

function scanLine(cursor: Cursor): string {
  const { text } = cursor;
  const start = cursor.at;
  let at = start;
  for (let code = text.charCodeAt(at); !isBreak(code) && !isEnd(code); code = text.charCodeAt(++at));
  cursor.at = at;
  return text.slice(start, at);
}

/** Empty lines up to the next that has text, and, where `indent` is 0, the indentation that they and it give. */
function scanBreaks(cursor: Cursor, indent: number, parentIndent: number): { readonly breaks: string; readonly indent: number } {
  let breaks = '';
  let widest = 0;
  for (;;) {
    const most = indent === 0 ? Infinity : indent;
    cursor.skipSpaces(most);
    widest = Math.max(widest, cursor.column);
    if (cursor.column < most && cursor.peek() === 9) cursor.fail('tab characters must not be used in indentation');
    if (!isBreak(cursor.peek())) break;
    breaks += cursor.takeBreak();
  }
  return { breaks, indent: indent === 0 ? Math.max(widest, parentIndent + 1, 1) : indent };
}

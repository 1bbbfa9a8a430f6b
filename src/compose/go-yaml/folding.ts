// White space inside a scalar, and what line folding makes of it.

import type { Cursor } from './cursor.ts';
import { isBlank, isBreak } from './characters.ts';

/** Goes past the blanks and breaks. A single line feed is a space; further ones are kept, as are Unicode's separators of lines. */
export function folded(cursor: Cursor, isAfterBreak: boolean, checkBlank: (cursor: Cursor) => void = () => {}): Fold {
  const start = cursor.at;
  cursor.skipBlanks();
  if (!isAfterBreak && !isBreak(cursor.peek())) return { text: cursor.text.slice(start, cursor.at), hasBreak: false };
  let first = '';
  let rest = '';
  let hasBreak = isAfterBreak;
  cursor.at = start;
  for (let code = cursor.peek(); isBlank(code) || isBreak(code); code = cursor.peek()) {
    if (isBlank(code)) {
      if (hasBreak) checkBlank(cursor);
      cursor.at++;
    } else if (hasBreak) rest += cursor.takeBreak();
    else {
      first = cursor.takeBreak();
      hasBreak = true;
    }
  }
  return { text: first === '\n' ? rest || ' ' : first + rest, hasBreak };
}

type Fold = { readonly text: string; readonly hasBreak: boolean };

// Scalars without quotes.

import type { Cursor } from './cursor.ts';
import { isBlank, isBlankOrEnd, isBreak } from './characters.ts';
import { folded } from './folding.ts';

export type PlainContext = { /** Of the block that it stands in. */ readonly indent: number; readonly isInFlow: boolean };
export type PlainScalar = {
  readonly text: string;
  /** Where its last word ends. */ readonly end: number;
  readonly endsAtLineStart: boolean;
};

export function scanPlain(cursor: Cursor, { indent, isInFlow }: PlainContext): PlainScalar {
  let text = '';
  let space = '';
  let end = cursor.at;
  let endsAtLineStart = false;
  for (;;) {
    if (cursor.peek() === 35 || cursor.isAtDocumentMark()) break;
    const word = scanWord(cursor, isInFlow);
    if (word !== '') {
      text += space + word;
      space = '';
      end = cursor.at;
      endsAtLineStart = false;
    }
    const code = cursor.peek();
    if (!isBlank(code) && !isBreak(code)) break;
    const fold = folded(cursor, false, (place) => {
      if (place.peek() === 9 && place.column <= indent) place.fail('tab characters must not be used in indentation');
    });
    space = fold.text;
    endsAtLineStart = fold.hasBreak;
    if (!isInFlow && cursor.column <= indent) break;
  }
  return { text, end, endsAtLineStart };
}

function scanWord(cursor: Cursor, isInFlow: boolean): string {
  const { text } = cursor;
  const start = cursor.at;
  let at = start;
  for (let code = text.charCodeAt(at); !isBlankOrEnd(code); code = text.charCodeAt(++at)) {
    if (code === 58 && isBlankOrEnd(text.charCodeAt(at + 1))) break;
    if (isInFlow && isFlowIndicator(code)) break;
  }
  cursor.at = at;
  return text.slice(start, at);
}

/** go-yaml ends a text at "?" too: [http://x/?y] is no list. */
function isFlowIndicator(code: number): boolean {
  return code === 44 || code === 63 || code === 91 || code === 93 || code === 123 || code === 125;
}

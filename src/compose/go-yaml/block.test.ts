import { expect, test } from 'vitest';
import { scanBlock } from './block.ts';
import { Cursor } from './cursor.ts';

/** As the value of a key in the first column. */
const scan = (text: string): string => scanBlock(new Cursor(text), 0);

test.each([
  ['lines stay lines', '|\n  a\n  b\n', 'a\nb\n'],
  ['a minus takes the last line break', '|-\n  a\n\n', 'a'],
  ['a plus keeps the empty lines at the end', '|+\n  a\n\n', 'a\n\n'],
  ['otherwise one break is kept', '|\n  a\n\n', 'a\n'],
  ['a file that ends without a line break gives none', '|\n  a', 'a'],
  ['the first line with text says how deep it is', '|\n a\n   b\n', 'a\n  b\n'],
  ['a digit says how deep it is', '|2\n   a\n', ' a\n'],
  ['the digit stands before the sign or after it', '|-2\n   a\n', ' a'],
  ['empty lines before the text stay', '|\n\n  a\n', '\na\n'],
  ['blanks beyond the indentation are text, on an empty line too', '|\n a\n   \n b\n', 'a\n  \nb\n'],
  ['tabs after the indentation are text', '|\n a\tb\n', 'a\tb\n'],
  ['a line that is less deep ends it', '|\n  a\n # c\n', 'a\n'],
  ['what starts like a comment is text at the same depth', '|\n  a\n  # c\n', 'a\n# c\n'],
  ['a comment may follow the sign, even without a space', '|#c\n  a\n', 'a\n'],
  ['of nothing but empty lines a plus keeps them', '|+\n\n', '\n'],
  ['of nothing but empty lines nothing else is left', '|\n', ''],
  ['carriage returns are line feeds', '|\r\n  a\r\n', 'a\n'],
  ['folding makes a line break a space', '>\n  a\n  b\n', 'a b\n'],
  ['folding keeps all breaks but the first', '>\n  a\n\n\n  b\n', 'a\n\nb\n'],
  ['folding keeps the breaks around deeper lines', '>\n  a\n    b\n  c\n', 'a\n  b\nc\n'],
  ['folding counts a tab as deeper', '>\n  a\n  \tb\n  c\n', 'a\n\tb\nc\n'],
  ['folding keeps empty lines before the text', '>\n\n  a\n', '\na\n'],
  ["folding keeps Unicode's separator of lines", '>\n  a\u2028  b\n', 'a\u2028b\n'],
])('%s', (_, text, expected) => expect(scan(text)).toBe(expected));

test('an empty line may be wider than the text: then the text is no part of it', () => {
  const cursor = new Cursor('|\n   \n  a\n');
  scanBlock(cursor, 0);
  expect(cursor.text.slice(cursor.at)).toBe('a\n');
});

test.each([
  ['no indentation', '|0\n', 1],
  ['two digits', '|10\n a\n', 2],
  ['text after the sign', '| a\n', 2],
  ['a tab in place of the indentation', '|\n\ta', 2],
])('%s is refused where it stands', (_, text, at) => {
  expect(() => scan(text)).toThrow(expect.objectContaining({ at }));
});

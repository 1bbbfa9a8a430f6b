import { expect, test } from 'vitest';
import { Cursor } from './cursor.ts';
import { scanQuoted } from './quoted.ts';

test.each([
  ['two single quotes are one', `'it''s'`, `it's`],
  ['a backslash is itself between single quotes', String.raw`'a\n'`, String.raw`a\n`],
  ['escapes are characters between double quotes', String.raw`"a\tb\x41\u00e9\U0001F600\_"`, 'a\tbAé😀\u00A0'],
  ["an apostrophe may be escaped, unlike YAML's", String.raw`"\'"`, "'"],
  ['blanks within a line stay', '" a  b "', ' a  b '],
  ['a line break is a space', '"a  \n  b"', 'a b'],
  ['a tab may indent the next line', '"a\n\tb"', 'a b'],
  ['of several line breaks all but the first stay', `'a\n\n\n b'`, 'a\n\nb'],
  ['a line may start in the first column', '"a\nb"', 'a b'],
  ['a backslash takes the line break away', '"a\\\n  b"', 'ab'],
  ['after a backslash every further line break stays', '"a\\\n\n  b"', 'a\nb'],
  ['a carriage return and a line feed are one break', '"a\r\nb"', 'a b'],
  ['the next line of ISO 8859 is a break', '"a\u0085b"', 'a b'],
  ["Unicode's separator of lines stays", '"a \u2028 b"', 'a\u2028b'],
  ['three dashes are text where they are no line of their own', '"---"', '---'],
  ['what follows the closing quote is left', '"a"#c', 'a'],
])('%s', (_, text, expected) => expect(scanQuoted(new Cursor(text))).toBe(expected));

test.each([
  ['an escape that only JSON has', String.raw`"a\/"`, 2, String.raw`\/`],
  ['half a pair of surrogates', String.raw`"\ud83d\ude00"`, 1, 'not a character'],
  ['a code beyond Unicode', String.raw`"\U00110000"`, 1, 'not a character'],
  ['too few digits', String.raw`"\x4"`, 1, '2 hexadecimal digits'],
  ['a quote that is not closed', '"a', 0, 'inside quotes'],
  ['a document that starts before the closing quote', '"a\n---\nb"', 3, 'inside quotes'],
])('%s is refused where it stands', (_, text, at, reason) => {
  const refusal: object = expect.objectContaining({ at, message: expect.stringContaining(reason) as string });
  expect(() => scanQuoted(new Cursor(text))).toThrow(refusal);
});

import { expect, test } from 'vitest';
import { Cursor } from './cursor.ts';
import { scanPlain } from './plain.ts';

/** As the value of a key in the first column. */
const inBlock = { indent: 0, isInFlow: false };
const inFlow = { indent: 0, isInFlow: true };

/** The scalar that the text after `x: ` starts with. */
function scan(text: string, context: typeof inBlock) {
  const cursor = new Cursor(`x: ${text}`);
  cursor.at = 3;
  return scanPlain(cursor, context);
}

test.each([
  ['a comment needs a space before it', 'a#b #c', 'a#b'],
  ['a colon needs a space after it', 'a:b', 'a:b'],
  ['a key ends at its colon', 'a: b', 'a'],
  ['a line break is a space', 'a  \n  b', 'a b'],
  ['an empty line is a line feed', 'a\n\n  b', 'a\nb'],
  ["Unicode's separator of lines stays", 'a\u2028 b', 'a\u2028b'],
  ['a tab may follow the indentation', 'a\n \tb', 'a b'],
  ['a dash at the start of a later line is text', 'a\n  - b', 'a - b'],
  ['dashes that are indented start no document', 'a\n ---\n b', 'a --- b'],
  ['dashes in the first column start a document', 'a\n---\n b', 'a'],
  ['a line that is not deeper than its block is no part of it', 'a\nb', 'a'],
  ['a comment ends it, although the next line is deeper', 'a\n  #c\n  b', 'a'],
  ['commas, brackets and question marks are text', 'a,b[c]{d}?', 'a,b[c]{d}?'],
])('in a block: %s', (_, text, expected) => expect(scan(text, inBlock).text).toBe(expected));

test.each([
  ['a comma ends it', 'a, b', 'a'],
  ['a bracket ends it', 'a b]', 'a b'],
  ["a question mark ends it, unlike YAML's", 'http://x/?a', 'http://x/'],
  ['a colon needs a space after it', 'a:b', 'a:b'],
  ['a line may start in the first column', 'a\nb', 'a b'],
])('in brackets: %s', (_, text, expected) => expect(scan(text, inFlow).text).toBe(expected));

test.each([
  ['a block', inBlock],
  ['brackets', inFlow],
])('a tab in place of the indentation is refused in %s', (_, context) => {
  expect(() => scan('a\n\tb', context)).toThrow(expect.objectContaining({ at: 5 }));
});

test('where the last word ends, and whether a key may follow, is told', () => {
  expect(scan('a b  #c', inBlock)).toMatchObject({ end: 6, endsAtLineStart: false });
  expect(scan('a b \nc', inBlock)).toMatchObject({ end: 6, endsAtLineStart: true });
});

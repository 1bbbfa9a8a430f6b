import { expect, test } from 'vitest';
import { Cursor } from './cursor.ts';
import { folded } from './folding.ts';

test.each([
  ['blanks without a line break stay', ' \t x', ' \t ', false],
  ['a line break is a space, whatever blanks are around it', '  \n \t x', ' ', true],
  ['the breaks after the first stay', '\n \n\n x', '\n\n', true],
  ['a carriage return counts as a line feed', '\r\n\rx', '\n', true],
  ["Unicode's separator of paragraphs stays", '\u2029x', '\u2029', true],
  ["Unicode's separator stays after a line feed too", '\n\u2028x', '\u2028', true],
])('%s', (_, text, expected, hasBreak) => {
  const cursor = new Cursor(text);
  expect(folded(cursor, false)).toEqual({ text: expected, hasBreak });
  expect(text.slice(cursor.at)).toBe('x');
});

test('after a break that a backslash took away, no space is made', () => {
  expect(folded(new Cursor('  x'), true).text).toBe('');
});

test('blanks at the start of a line are shown to who asks, with their column', () => {
  const columns: number[] = [];
  folded(new Cursor(' \n \tx'), false, ({ column }) => columns.push(column));
  expect(columns).toEqual([0, 1]);
});

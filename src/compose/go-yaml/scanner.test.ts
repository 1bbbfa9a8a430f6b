import { expect, test } from 'vitest';
import { Scanner, type Token } from './scanner.ts';

function tokensOf(text: string): Token[] {
  const scanner = new Scanner(text);
  const tokens: Token[] = [];
  while (scanner.peek().kind !== 'stream-end') tokens.push(scanner.take());
  return tokens;
}

const kinds = (text: string): string =>
  tokensOf(text)
    .map(({ kind }) => kind)
    .join(' ');

test.each([
  ['a colon makes a key of what stands before it', 'a: b', 'block-mapping key scalar value scalar block-end'],
  ['a question mark says that a key comes', '? a\n: b', 'block-mapping key scalar value scalar block-end'],
  ['a dash starts a list that less indentation ends', '- a\n- b', 'block-sequence entry scalar entry scalar block-end'],
  ['a list below a key need not be deeper', 'a:\n- b', 'block-mapping key scalar value entry scalar block-end'],
  ['brackets need no indentation', '[\na]', 'flow-sequence scalar flow-sequence-end'],
  ['a list in brackets may have a pair', '[a: b]', 'flow-sequence key scalar value scalar flow-sequence-end'],
  [
    'a colon right after a text in quotes makes it a key, in brackets',
    '["a":b]',
    'flow-sequence key scalar value scalar flow-sequence-end',
  ],
  ['an anchor and a tag are part of the key', '&a !t b: c', 'block-mapping key anchor tag scalar value scalar block-end'],
  ['lines of three dashes or dots are marks', '---\na\n...', 'document-start scalar document-end'],
  ['a percent sign in the first column starts a directive', '%YAML 1.1\n---', 'directive document-start'],
])('%s', (_, text, expected) => expect(kinds(text)).toBe(expected));

test('a key has the place of the text that it turns out to be', () => {
  expect(tokensOf('  a : b').map(({ kind, at }) => [kind, at])).toEqual([
    ['block-mapping', 2],
    ['key', 2],
    ['scalar', 2],
    ['value', 4],
    ['scalar', 6],
    ['block-end', 7],
  ]);
});

test('a key may have 1,024 characters', () => {
  expect(kinds(`${'k'.repeat(1024)}: a`)).toMatch(/^block-mapping key/);
  expect(() => tokensOf(`${'k'.repeat(1025)}: a`)).toThrow('bad indentation');
});

test.each([
  ['a second colon on a line', 'a: b: c', 4, 'second colon'],
  ['a colon after a text of two lines', '"a\n b": c', 6, 'indentation'],
  ['a key without a colon between others', 'a: b\nc\n', 5, 'no colon'],
  ['a list that starts behind a key', 'a: - b', 3, 'list cannot start here'],
  ['a tab before a value', 'a:\n\tb', 3, 'tab'],
  ['a tab after a dash', '-\ta', 1, 'tab'],
  ['a sign that means nothing yet', 'a: @b', 3, '@'],
  ['a percent sign at the start of a value', 'a: %b', 3, '%'],
])('%s is refused where it stands', (_, text, at, reason) => {
  const refusal: object = expect.objectContaining({ at, message: expect.stringContaining(reason) as string });
  expect(() => tokensOf(text)).toThrow(refusal);
});

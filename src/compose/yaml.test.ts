import { expect, test } from 'vitest';
import { placeOf } from './places.ts';
import { parseYaml } from './yaml.ts';
import type { Mapping } from './tree.ts';

const parse = (text: string) => parseYaml({ name: 'f.yaml', text });
const value = (text: string) => JSON.parse(JSON.stringify(parse(text)[0]?.value)) as unknown;

test('a leading zero means octal, as in Docker Compose', () => {
  expect(value('[0440, 0o17, 0x1f, 0b11, 1_000, 08]')).toEqual([288, 15, 31, 3, 1000, { value: 8 }]);
});

test('yes, no, on and off are text', () => {
  expect(value('[yes, no, on, off, true, ~, 1:30]')).toEqual(['yes', 'no', 'on', 'off', true, null, '1:30']);
});

test('what a mapping says itself wins over what it merges, and the first merged over the second', () => {
  const text = 'a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  x: 0\n  <<: [*a, *b]\n';
  expect((value(text) as { c: unknown }).c).toEqual({ x: 0, y: 1, z: 2 });
});

test.each(['"<<"', '! "<<"', '!!str <<'])('%s is a key as any other', (key) => {
  expect(value(`${key}: {a: b}\n`)).toEqual({ '<<': { a: 'b' } });
});

test.each(['<<', '! <<', '!!merge <<', '!!merge "<<"'])('%s merges', (key) => {
  expect(value(`${key}: {a: b}\n`)).toEqual({ a: 'b' });
});

test.each([
  [
    'a merged key is its text as written',
    '<<: {1: a, 0x1f: b, true: c, 1.50: d, "2": e}\n',
    { '1': 'a', '0x1f': 'b', true: 'c', '1.50': 'd', '2': 'e' },
  ],
  ['a merged key that is nothing is left out', '<<: [{~: a}]\nb: c\n', { b: 'c' }],
  ['a merged key counts as the text that an own one is', '<<: [{1: a, 2: b}, {2: c}]\n"1": d\n', { '1': 'd', '2': 'b' }],
  ['a key that is no text may be taken away', '1: !reset a\nb: c\n', { b: 'c' }],
  ['of a key and an alias that says the same, the last counts', 'x: &z a\n*z : 1\na: 2\n', { x: 'a', a: 2 }],
  [
    'of a key and an alias that says the same, the first counts where both are merged',
    'x: &z a\n<<: {a: 1, *z : 2}\n',
    { x: 'a', a: 1 },
  ],
])('%s', (_, text, expected) => expect(value(text)).toEqual(expected));

test('!reset drops a value and names its path, also through an alias', () => {
  const [document] = parse('x: &x {p: !reset null, q: 1}\ns: *x\n');
  expect(JSON.parse(JSON.stringify(document?.value))).toEqual({ x: { q: 1 }, s: { q: 1 } });
  expect(document?.resets).toEqual([
    ['x', 'p'],
    ['s', 'p'],
  ]);
});

test('a value keeps its place through an anchor', () => {
  const [document] = parse('x: &x\n  deep: 1\ns:\n  <<: *x\n');
  expect(placeOf(document?.value as Mapping, ['s', 'deep'])).toMatchObject({ line: 2, column: 3, source: '  deep: 1' });
});

test('each document of a file counts', () => {
  expect(parse('a: 1\n---\nb: 2\n')).toHaveLength(2);
});

test.each([
  ['a key twice', 'a: 1\na: 2\n', 2, 'already defined at line 1'],
  ['an unknown anchor', 'a: *b\n', 1, 'not defined'],
  ['an alias in its own anchor', 'a: &a [*a]\n', 1, 'contains itself'],
  ['an unclosed quote', 'a: "b\nc: d\n', 1, 'quote " is not closed'],
  ['an unclosed bracket', 'a: [b\nc: d\n', 1, 'bracket [ is not closed'],
  ['a tab', 'a:\n\tb: 1\n', 2, 'not valid YAML'],
  ['a key that is a number', '1: a\n', 1, 'not a string'],
  ['a key that is a number in a value that is merged', '<<: {a: {1: b}}\n', 1, 'not a string'],
  ['a merged key that is a list', '<<: {[a]: b}\n', 1, 'not a string'],
  ['an alias as a key twice', 'x: &z a\ny: {*z : 1, *z : 2}\n', 2, 'already defined at line 2'],
  ['a merge of text', '<<: text\n', 1, 'needs a mapping'],
  ['a merge of a float', '<<: 1.0\n', 1, 'needs a mapping'],
  ['a merge of a date', '<<: [2001-12-14]\n', 1, 'needs a mapping'],
])('%s is refused with its line', (_, text, line, message) => {
  expect(() => parse(text)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(message) as string,
      place: expect.objectContaining({ line }) as object,
    }),
  );
});

test.each([
  ['100,000 nested lists', '['.repeat(100_000)],
  [
    'aliases of aliases',
    Array.from(
      { length: 12 },
      (_, level) =>
        `a${level}: &a${level} [${Array(9)
          .fill(level === 0 ? 'x' : `*a${level - 1}`)
          .join()}]`,
    ).join('\n'),
  ],
])('%s are refused without a crash', (_, text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'COMPOSE_TOO_LARGE' }));
});

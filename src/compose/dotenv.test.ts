import { expect, test } from 'vitest';
import { parseDotenv, parseRawEnv } from './dotenv.ts';

const options = { lookup: (name: string) => (name === 'OUTER' ? 'outer' : undefined), unset: () => {} };
const parse = (text: string) => Object.fromEntries(parseDotenv({ name: '.env', text }, options));

test.each([
  ['A=1', { A: '1' }],
  ['export A = b c ', { A: 'b c' }],
  ['A: yaml', { A: 'yaml' }],
  ['A=b # comment', { A: 'b' }],
  ['A=b#c', { A: 'b#c' }],
  ["A='$OUTER \\n'", { A: '$OUTER \\n' }],
  ['A="$OUTER\\n\\t\\$x"', { A: 'outer\n\t$x' }],
  ['A="two\nlines"\nB=3', { A: 'two\nlines', B: '3' }],
  ['A=1\nB=${A}2', { A: '1', B: '12' }],
  ['OUTER\nNOPE\n', { OUTER: 'outer' }],
  ['# only\n\n', {}],
  ['A="it\\"s"', { A: 'it"s' }],
  ['\uFEFFA=1', { A: '1' }],
  ['A=1\u0085\u3000\n\u0085B\u00a0=2', { A: '1', B: '2' }],
])('%j is read', (text, expected) => expect(parse(text)).toEqual(expected));

test.each([
  ['A=1\nB="x\ny', 2, 'unterminated'],
  ['A=1\n\nb$c=1', 3, 'unexpected character'],
  ['a b=1', 1, 'space'],
  ['A=1\n\uFEFFB=2', 2, 'unexpected character'],
])('%j is refused with its line', (text, line, message) => {
  expect(() => parse(text)).toThrow(
    expect.objectContaining({
      code: 'ENV_FILE',
      message: expect.stringContaining(message) as string,
      place: expect.objectContaining({ line }) as object,
    }),
  );
});

test('raw files are not interpreted', () => {
  expect(Object.fromEntries(parseRawEnv({ name: 'e', text: 'A="$X" # y\n' }, options))).toEqual({ A: '"$X" # y' });
});

test('what was known is expanded after what the outside says, and replaced', () => {
  const known = new Map([
    ['A', 'known'],
    ['OUTER', 'known'],
  ]);
  const read = parseDotenv({ name: 'e', text: 'B=$A $OUTER\nA=new\nC=$A' }, { ...options, known });
  expect(Object.fromEntries(read)).toEqual({ A: 'new', OUTER: 'known', B: 'known outer', C: 'new' });
});

test('a megabyte of spaces costs nothing', () => {
  expect(parse(`A=a${' '.repeat(1_000_000)}b`)['A']).toHaveLength(1_000_002);
});

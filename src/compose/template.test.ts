import { expect, test } from 'vitest';
import { substitute, TemplateError, variablesOf } from './template.ts';

const environment: Readonly<Record<string, string>> = { FOO: 'first', EMPTY: '' };
const unset: string[] = [];
const fill = (template: string): string =>
  substitute(template, { lookup: (name) => environment[name], unset: (name) => void unset.push(name) });

test.each([
  ['$FOO', 'first'],
  ['${FOO}x', 'firstx'],
  ['$$FOO', '$FOO'],
  ['$', '$'],
  ['$5 and $}', '$5 and $}'],
  ['${NOPE:-a}${EMPTY:-b}${EMPTY-c}', 'ab'],
  ['${NOPE-a}', 'a'],
  ['${FOO:+a}${EMPTY:+b}${EMPTY+c}${NOPE+d}', 'ac'],
  ['${NOPE:-${OTHER:-${FOO}}}!', 'first!'],
  ['${NOPE:-a}${FOO:-b} }', 'afirst }'],
  ['${FOO:?needed}', 'first'],
  ['${NOPE:-a:-b?c}', 'a:-b?c'],
])('%s becomes %s', (template, expected) => expect(fill(template)).toBe(expected));

test.each(['${', '${}', '${ FOO}', '${FOO!}', '${1}', '${FOO:}'])('%s is not a template', (template) => {
  expect(() => fill(template)).toThrow(TemplateError);
});

test('a required variable fails with its message, which is a template too', () => {
  expect(() => fill('${NOPE:?set it to $FOO}')).toThrow('required variable NOPE is missing a value: set it to first');
  expect(() => fill('${EMPTY:?}')).toThrow('EMPTY');
  expect(fill('${EMPTY?}')).toBe('');
});

test('a variable without value and default is reported, also in a default that is not used', () => {
  unset.length = 0;
  expect(fill('$A ${FOO:-$B}')).toBe(' first');
  expect(unset).toEqual(['A', 'B']);
});

test('defaults that nest without end are refused', () => {
  expect(() => fill('${A:-'.repeat(20_000) + '}'.repeat(20_000))).toThrow(TemplateError);
});

test('variables are found with their defaults, also inside defaults', () => {
  expect(
    variablesOf('${A:-x${B}} ${C:?m} ${D+alt} $$E').map(({ name, defaultValue, presenceValue, required }) => [
      name,
      defaultValue,
      presenceValue,
      required,
    ]),
  ).toEqual([
    ['D', '', 'alt', false],
    ['C', '', '', true],
    ['A', 'x${B}', '', false],
    ['B', '', '', false],
  ]);
});

// Recorded from Docker Compose: `config --variables` says the last one of this list.
test.each([
  ['${A:-x} ${A:-y}', ['y', 'x']],
  ['$A ${A:-y}', ['', 'y']],
  ['${A:-1} $A ${A:-2}', ['', '2', '1']],
  ['${A:-1}\n${A:-2}', ['1', '2']],
])('of two variables with one name in %j, the one that Docker Compose takes comes last', (template, defaults) => {
  expect(variablesOf(template).map(({ defaultValue }) => defaultValue)).toEqual(defaults);
});

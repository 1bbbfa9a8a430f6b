import { expect, test } from 'vitest';
import { parseIgnoreRules } from './ignore-rules.ts';

const rules = parseIgnoreRules(
  ['# a comment', 'node_modules', '/build/', '**/*.log', '!keep/**/important.log', '*.md', '!README.md'].join('\r\n'),
);

test.each([
  ['node_modules', true],
  ['node_modules/a/b.js', true],
  ['src/node_modules', false],
  ['build/out', true],
  ['a/b/c.log', true],
  ['keep/a/important.log', false],
  ['notes.md', true],
  ['docs/notes.md', false],
  ['README.md', false],
  ['readme.md', true],
])('%s: ignored %s', (path, expected) => {
  expect(rules.isIgnored(path)).toBe(expected);
});

test('an ignored directory is entered only where an exception may lie below it', () => {
  expect(rules.mayReinclude('node_modules')).toBe(false);
  expect(rules.mayReinclude('keep')).toBe(true);
  expect(rules.mayReinclude('keep/deep/down')).toBe(true);
  expect(parseIgnoreRules('*\n!src').mayReinclude('src/deep')).toBe(true);
  expect(parseIgnoreRules('*\n!**/*.go').mayReinclude('anything')).toBe(true);
});

test('everything but a list is a common way to write it', () => {
  const allowList = parseIgnoreRules('*\n!src\n!package.json\nsrc/secret');
  expect(['src/a.js', 'package.json', 'src/secret/key', '.env'].map((path) => allowList.isIgnored(path))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

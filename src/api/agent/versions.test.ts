import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Hello } from './contract.ts';
import { isOutdated } from './versions.ts';

const hello = (version: string, schemaVersion = 1): Hello => ({ type: 'hello', schemaVersion, oldest: 1, version, pid: 1 });

test.each([
  ['0.1.0', '0.2.0'],
  ['0.9.0', '0.10.0'],
  ['1.0.0-rc.2', '1.0.0'],
  ['1.0.0-rc.2', '1.0.0-rc.10'],
])('%s is older than %s', (older, newer) => {
  expect(isOutdated(hello(older), hello(newer))).toBe(true);
  expect(isOutdated(hello(newer), hello(older))).toBe(false);
  expect(isOutdated(hello(older), hello(older))).toBe(false);
});

test('the protocol counts before the version', () => {
  expect(isOutdated(hello('2.0.0', 1), hello('1.9.9', 2))).toBe(true);
  expect(isOutdated(hello('1.9.9', 2), hello('2.0.0', 1))).toBe(false);
});

test('of two agents no command finds each older than the other, so that none replaces the other for ever', () => {
  const number = fc.nat(12);
  const version = fc
    .tuple(number, number, number, fc.constantFrom('', '-rc.1', '-rc.10', '-alpha'))
    .map(([major, minor, patch, before]) => `${major}.${minor}.${patch}${before}`);
  const any = fc.tuple(version, fc.integer({ min: 1, max: 3 })).map(([text, schema]) => hello(text, schema));
  fc.assert(fc.property(any, any, (one, other) => !(isOutdated(one, other) && isOutdated(other, one))));
});

import { expect, test } from 'vitest';
import { compareVersions, negotiate, newestKnown, pinnedVersion } from './negotiate.ts';

test('versions are compared as numbers, not as text', () => {
  expect([compareVersions('1.9', '1.41'), compareVersions('1.41', '1.41'), compareVersions('2.0', '1.99')]).toEqual([-1, 0, 1]);
});

test('the lower of both sides is spoken', () => {
  expect(negotiate('1.41', 'x')).toBe('1.41');
  expect(negotiate('1.99', 'x')).toBe(newestKnown);
});

test.each(['1.40', '', 'soon'])('an engine that offers "%s" is too old', (offered) => {
  expect(() => negotiate(offered, 'tcp://old:1')).toThrow(expect.objectContaining({ code: 'ENGINE_VERSION' }));
});

test('a pinned version is taken as it is, if it is one that muster speaks', () => {
  expect(pinnedVersion('v1.43')).toBe('1.43');
  expect(() => pinnedVersion('1.24')).toThrow(/1\.24; muster needs/);
  expect(() => pinnedVersion('latest')).toThrow(/no version/);
});

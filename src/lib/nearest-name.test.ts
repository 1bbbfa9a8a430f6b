import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestName } from './nearest-name.ts';

test('a slip of the finger finds the name that was meant', () => {
  const names = ['image', 'build', 'command', 'ports', 'environment'];
  expect(nearestName('comand', names)).toBe('command');
  expect(nearestName('prots', names)).toBe('ports');
  expect(nearestName('Image', names)).toBe('image');
  expect(nearestName('enviroment', names)).toBe('environment');
});

test('another word finds nothing', () => {
  expect(nearestName('zebra', ['image', 'build'])).toBeNull();
  expect(nearestName('x', ['up', 'ps'])).toBeNull();
  expect(nearestName('', ['up'])).toBeNull();
});

test('the distance is a distance: zero only for equal words, and symmetric', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
  );
});

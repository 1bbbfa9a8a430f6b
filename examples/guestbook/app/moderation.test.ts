import { expect, test } from 'vitest';
import { blockedIn, soften } from './moderation.ts';

test('blocked words are found in any case, as whole words only', () => {
  expect(blockedIn('Darn it, DARN! A darning needle.', ['darn'])).toEqual(['Darn', 'DARN']);
});

test('a softened word keeps its first letter and its length', () => {
  expect(soften('Darn, ünïcode stays', ['darn', 'unicode'])).toBe('D***, ünïcode stays');
});

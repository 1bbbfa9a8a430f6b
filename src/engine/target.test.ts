import { expect, test } from 'vitest';
import { requestTarget } from './target.ts';

test('arrays repeat the key, objects become JSON, undefined is left out, everything is escaped', () => {
  const target = requestTarget('1.41', {
    path: '/containers/json',
    query: { all: true, limit: undefined, filters: { label: ['a=b&c'] }, t: ['x', 'y z'] },
  });
  expect(target).toBe('/v1.41/containers/json?all=true&filters=%7B%22label%22%3A%5B%22a%3Db%26c%22%5D%7D&t=x&t=y%20z');
});

test('without version and query the path is all', () => {
  expect(requestTarget('', { path: '/_ping' })).toBe('/_ping');
});

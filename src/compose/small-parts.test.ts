import { expect, test } from 'vitest';
import { findCycle } from './cycle.ts';
import { isIpAddress } from './ip.ts';
import { nearestName } from './nearest.ts';
import { normalizeProjectName } from './project-name.ts';
import { dockerSupport } from './support.ts';
import { serviceFields } from './shapes/service.ts';
import { service } from './structs.ts';

test('the nearest name is found for slips of the hand, and only for those', () => {
  expect(nearestName('imgae', ['image', 'init'])).toBe('image');
  expect(nearestName('enviroment', ['environment'])).toBe('environment');
  expect(nearestName('database', ['db', 'web'])).toBeNull();
});

test('a cycle is named from its first member to itself', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ]);
  expect(findCycle(graph)).toEqual(['b', 'd', 'b']);
  expect(
    findCycle(
      new Map([
        ['a', ['b']],
        ['b', []],
      ]),
    ),
  ).toBeNull();
});

test.each(['1.2.3.4', '::1', '::', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8'])('%s is an address', (text) =>
  expect(isIpAddress(text)).toBe(true),
);
test.each(['', 'fe80::1%eth0', '1.2.3', '256.1.1.1', '01.2.3.4', 'localhost', '1::2::3', '1:2:3', ':'])(
  '"%s" is no address',
  (text) => expect(isIpAddress(text)).toBe(false),
);

test('project names lose what is not allowed in them', () => {
  expect(['My App', '_x', '--a_b-', 'é'].map(normalizeProjectName)).toEqual(['myapp', 'x', 'a_b-', '']);
});

test('every key that a file may have is in the canonical form and in the table of support', () => {
  const printed = new Set(Object.keys(service.fields));
  expect(Object.keys(serviceFields).filter((key) => !printed.has(key) && key !== 'pull_refresh_after')).toEqual([]);
  expect(Object.keys(serviceFields).filter((key) => !(key in dockerSupport))).toEqual([]);
});

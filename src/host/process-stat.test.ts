import { expect, test } from 'vitest';
import { processInfoFrom } from './process-stat.ts';

const after = 'S 11 12 13 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 2449408 200';

test('a name with spaces and parentheses moves no field', () => {
  expect(processInfoFrom(`10 (a) R 1 (b) ${after}`, Buffer.from('prog\0a b\0\0'), 'boot\n')).toEqual({
    pid: 10,
    startTime: '987654@boot',
    parent: 11,
    group: 12,
    session: 13,
    state: 'sleeping',
    command: ['prog', 'a b', ''],
  });
});

test('the same ticks in another boot are another process', () => {
  const of = (boot: string): string => processInfoFrom(`10 (a) ${after}`, Buffer.alloc(0), boot).startTime;
  expect(of('one')).not.toBe(of('two'));
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileSync } from './decide.ts';
import { transferOf } from './transfer.ts';

const file = (target: string, isGone = false): FileSync => ({ path: `/here${target}`, target, isGone });

test('a folder that is gone takes along what was in it, and not its namesakes', () => {
  const gone = ['/app/a/deep/x', '/app/a b', '/app/a', '/app/a.txt', '/app/a/y'].map((target) => file(target, true));
  expect(transferOf(gone).gone).toEqual(['/app/a', '/app/a b', '/app/a.txt']);
});

test('the root of a replica is never removed', () => {
  expect(transferOf([file('/', true)]).gone).toEqual([]);
});

const target = fc
  .array(fc.constantFrom('a', 'b', 'a b', 'a-', 'ü'), { minLength: 1, maxLength: 4 })
  .map((names) => `/${names.join('/')}`);
const files = fc.uniqueArray(fc.record({ target, isGone: fc.boolean() }), { selector: (one) => one.target, maxLength: 30 });

test('folders come before what is in them, and all that is gone is removed once', () => {
  fc.assert(
    fc.property(files, (some) => {
      const { gone, there } = transferOf(some.map((one) => file(one.target, one.isGone)));
      there.forEach((one, index) => {
        for (const later of there.slice(index + 1)) expect(one.target.startsWith(`${later.target}/`)).toBe(false);
      });
      expect(there).toHaveLength(some.filter(({ isGone }) => !isGone).length);
      for (const one of some.filter(({ isGone }) => isGone))
        expect(gone.filter((kept) => one.target === kept || one.target.startsWith(`${kept}/`))).toHaveLength(1);
    }),
  );
});

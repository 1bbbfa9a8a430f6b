import { expect, test } from 'vitest';
import { fakeRuntime } from '#apply/fake-runtime.test-support.ts';
import { placementNamed } from '#model/placement.ts';
import type { Candidate } from './candidates.ts';
import { sameRuntimes } from './several-names.ts';

type Known = { readonly why: Candidate['why']; readonly identity: string | null | Error };

function same(known: Readonly<Record<string, Known>>): Promise<Readonly<Record<string, string>>> {
  const candidates = Object.entries(known).map(([name, { why }]) => ({ name, placement: placementNamed(name), why }));
  const runtimes = Object.entries(known).map(([name, { identity }]) => [name, identified(identity)] as const);
  return sameRuntimes(candidates, new Map(runtimes), new AbortController().signal);
}

const identified = (identity: Known['identity']) => ({
  ...fakeRuntime(),
  identity: () => (identity instanceof Error ? Promise.reject(identity) : Promise.resolve(identity)),
});

test('one of two names stays: what the file names, and of those this machine’s own', async () => {
  const why = 'needed';
  expect(await same({ docker: { why, identity: 'A' }, 'docker@ssh://a': { why, identity: 'A' } })).toEqual({
    'docker@ssh://a': 'docker',
  });
  expect(await same({ docker: { why: 'used', identity: 'A' }, 'docker@ssh://a': { why, identity: 'A' } })).toEqual({
    docker: 'docker@ssh://a',
  });
});

test('different ones, those of another kind and those that can’t be asked keep their names', async () => {
  const why = 'needed';
  expect(await same({ docker: { why, identity: 'A' }, 'docker@ssh://a': { why, identity: 'B' } })).toEqual({});
  expect(await same({ docker: { why, identity: 'A' }, process: { why, identity: 'A' } })).toEqual({});
  expect(await same({ docker: { why, identity: null }, 'docker@ssh://a': { why, identity: null } })).toEqual({});
  expect(await same({ docker: { why, identity: new Error('gone') }, 'docker@ssh://a': { why, identity: 'A' } })).toEqual({});
});

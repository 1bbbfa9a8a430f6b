import { expect, test } from 'vitest';
import { defaultRules } from '#model/placement.ts';
import type { Service } from '#model/project.ts';
import { projectOf } from '#plan/random-project.test-support.ts';
import { type Known, candidates } from './candidates.ts';

const service = (muster?: Service['x-muster']): Service => ({ command: null, entrypoint: null, image: 'a', 'x-muster': muster });
const nothing: Known = { file: null, rules: defaultRules, isChosen: false, used: [], present: [] };
const found = (known: Partial<Known>): string[] => candidates({ ...nothing, ...known }).map(({ name, why }) => `${name} ${why}`);

test('a plain file needs its engine and nothing else, whatever there is besides', () => {
  expect(found({ file: projectOf({ web: service() }), present: ['process'] })).toEqual(['docker needed']);
});

test('what the file names is needed, also on other hosts; what it leaves out now may be there', () => {
  const file = {
    ...projectOf({ web: service(), api: service({ runtime: 'process' }), db: service({ host: 'ssh://db' }) }),
    disabledServices: { old: service({ runtime: 'process', host: 'ssh://old' }) },
  };
  expect(found({ file })).toEqual(['docker needed', 'docker@ssh://db needed', 'process needed', 'process@ssh://old used']);
  const elsewhere = { ...projectOf({ web: service() }), extensions: { 'x-muster': { host: 'ssh://web' } } };
  expect(found({ file: elsewhere })).toEqual(['docker@ssh://web needed']);
});

test('what the project used before is looked at, because something may be left there', () => {
  const file = projectOf({ web: service() });
  expect(found({ file, used: ['process', 'docker'] })).toEqual(['docker needed', 'process used']);
  expect(found({ used: ['process@ssh://far'] })).toEqual(['docker possible', 'process@ssh://far used']);
});

test('without a file it is the default, and whatever has kept something here', () => {
  expect(found({})).toEqual(['docker needed']);
  expect(found({ present: ['process', 'remote'] })).toEqual(['docker possible', 'process possible', 'remote possible']);
});

test('a runtime that was asked for is needed', () => {
  const rules = { fallback: { kind: 'process', host: 'local' }, prefersProcess: false };
  expect(found({ rules, isChosen: true, present: ['process'] })).toEqual(['process needed']);
  expect(found({ rules, isChosen: true })).toEqual(['process needed']);
});

test('a file without services has its default looked at', () => {
  expect(found({ file: projectOf({}) })).toEqual(['docker needed']);
});

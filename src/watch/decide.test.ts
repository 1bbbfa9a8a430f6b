import { expect, test } from 'vitest';
import type { WatchTrigger } from '#model/project.ts';
import { type FileChange, decide } from './decide.ts';
import { watchRule } from './rule.ts';

const rules = (...entries: (readonly [string, WatchTrigger])[]) =>
  entries.map(([service, trigger]) => watchRule({ service, trigger, context: null }));

const changed = (...paths: string[]): FileChange[] => paths.map((path) => ({ path, isGone: false }));
const gone = (...paths: string[]): FileChange[] => paths.map((path) => ({ path, isGone: true }));

test('many changes lead to one rebuild, one restart and one run of a command per service', () => {
  const exec = { command: ['reload'] };
  const reaction = decide(
    changed('/w/a', '/w/b', '/w/c'),
    rules(
      ['web', { path: '/w', action: 'rebuild' }],
      ['web', { path: '/w/a', action: 'rebuild' }],
      ['db', { path: '/w', action: 'restart' }],
      ['db', { path: '/w/b', action: 'sync+restart', target: '/x' }],
      ['proxy', { path: '/w', action: 'sync+exec', target: '/y', exec }],
    ),
  );
  expect(reaction).toEqual({
    rebuild: ['web'],
    restart: ['db'],
    exec: [{ service: 'proxy', hook: exec }],
    sync: new Map([
      ['db', [{ path: '/w/b', target: '/x', isGone: false }]],
      ['proxy', ['a', 'b', 'c'].map((name) => ({ path: `/w/${name}`, target: `/y/${name}`, isGone: false }))],
    ]),
  });
});

test('what no rule covers leads to nothing', () => {
  const reaction = decide(changed('/elsewhere'), rules(['web', { path: '/w', action: 'sync', target: '/x' }]));
  expect(reaction).toEqual({ rebuild: [], restart: [], exec: [], sync: new Map() });
});

test('a place that two rules fill is emptied only when both sources are gone', () => {
  const both = rules(
    ['web', { path: '/one', action: 'sync', target: '/x' }],
    ['web', { path: '/two', action: 'sync', target: '/x' }],
  );
  const there = { path: '/one/a', target: '/x/a', isGone: false };
  expect(decide([...changed('/one/a'), ...gone('/two/a')], both).sync.get('web')).toEqual([there]);
  expect(decide(gone('/one/a', '/two/a'), both).sync.get('web')).toEqual([{ path: '/two/a', target: '/x/a', isGone: true }]);
});

test('services get their own files', () => {
  const { sync } = decide(
    changed('/w/a/x', '/w/b/y'),
    rules(['a', { path: '/w/a', action: 'sync', target: '/x' }], ['b', { path: '/w/b', action: 'sync', target: '/x' }]),
  );
  expect([...sync].map(([service, files]) => [service, files.map(({ target }) => target)])).toEqual([
    ['a', ['/x/x']],
    ['b', ['/x/y']],
  ]);
});

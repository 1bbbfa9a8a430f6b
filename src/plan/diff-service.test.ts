import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Service } from '#model/project.ts';
import { recordService } from '#model/recorded-service.ts';
import { diffService } from './diff-service.ts';
import { changeText } from './render.ts';
import { service } from './sample.test-support.ts';

const diff = (before: Partial<Service>, after: Partial<Service>): string[] =>
  diffService(recordService(service(before)) as Partial<Service>, service(after)).map(changeText);

test('each field that differs is named with its path, in words', () => {
  expect(diff({ command: ['a'] }, { command: ['a', 'b'] })).toEqual(['command: ["a"] -> ["a","b"]']);
  expect(diff({ image: 'app:1' }, { image: 'app:2' })).toEqual(['image: app:1 -> app:2']);
  expect(diff({ ports: [{ target: 80, published: '8080' }] }, { ports: [{ target: 80, published: '8081' }] })).toEqual([
    'ports[0].published: 8080 -> 8081',
  ]);
  expect(diff({}, { ports: [{ target: 80, published: '8081' }] })).toEqual(['ports[0]: + target=80 published=8081']);
  expect(diff({ restart: 'always' }, {})).toEqual(['restart: - always']);
  expect(diff({ networks: { default: null } }, { networks: { default: null, back: null } })).toEqual([
    'networks.back: + attached',
  ]);
  expect(diff({ labels: { tier: 'one' } }, { labels: { tier: 'two' } })).toEqual(['labels.tier: one -> two']);
});

test('what does not make a replica different is not a difference', () => {
  expect(diff({ scale: 1, build: { context: '.' } }, { scale: 2, profiles: ['x'], networks: { default: {} } })).toEqual([]);
});

test('environment says set, changed or removed, and never a value', () => {
  expect(diff({ environment: { A: '1', B: '2', C: '3' } }, { environment: { A: '1', B: 'two', D: '4' } })).toEqual([
    'environment.B: (changed)',
    'environment.C: (removed)',
    'environment.D: (set)',
  ]);
});

test('an environment that inspection gave in full compares with a recorded one', () => {
  const raw = { command: null, entrypoint: null, image: 'app', networks: { default: null }, environment: { A: '1', B: 'old' } };
  expect(diffService(raw, service({ environment: { A: '1', B: 'new' } })).map(changeText)).toEqual(['environment.B: (changed)']);
});

test('what inspection could not tell is no difference', () => {
  expect(diffService({ image: 'app:1' }, service({ image: 'app:2', command: ['x'] })).map(changeText)).toEqual([
    'image: app:1 -> app:2',
  ]);
});

test('labels with secret-like names, and passwords inside of words, are not shown', () => {
  expect(diff({ labels: { 'api-token': 'aaa' } }, { labels: { 'api-token': 'bbb' } })).toEqual(['labels.api-token: (changed)']);
  expect(diff({}, { command: ['serve', '--db-password=hunter2', 'postgres://me:hunter2@db/x'] }).join()).not.toContain('hunter2');
  const hook = (value: string): Partial<Service> => ({ post_start: [{ command: ['seed'], environment: { KEY: value } }] });
  expect(diff(hook('hunter2'), hook('hunter3'))).toEqual(['post_start[0].environment.KEY: (changed)']);
  expect(diff({}, hook('hunter2')).join()).not.toContain('hunter2');
});

test('no value of an environment ever shows in a difference', () => {
  const value = fc.string({ minLength: 1 }).map((text) => `hunter2${text}`);
  const environment = fc.dictionary(fc.stringMatching(/^[A-Z]{1,8}$/), value, { maxKeys: 5 });
  const some = fc.record({
    environment,
    post_start: fc.array(fc.record({ command: fc.constant(['x']), environment }), { maxLength: 2 }),
    healthcheck: fc.constant({ test: ['CMD', 'true'] }),
  });
  fc.assert(
    fc.property(some, some, fc.boolean(), (before, after, raw) => {
      const old = raw ? service(before) : (recordService(service(before)) as Partial<Service>);
      expect(JSON.stringify(diffService(old, service(after)))).not.toContain('hunter2');
    }),
  );
});

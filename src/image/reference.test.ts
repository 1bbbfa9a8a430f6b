import fc from 'fast-check';
import { expect, test } from 'vitest';
import { familiarReference, parseReference } from './reference.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

test.each([
  ['redis', { registry: 'docker.io', repository: 'library/redis', tag: 'latest', digest: '' }],
  ['redis:7-alpine', { registry: 'docker.io', repository: 'library/redis', tag: '7-alpine', digest: '' }],
  ['team/app', { registry: 'docker.io', repository: 'team/app', tag: 'latest', digest: '' }],
  ['docker.io/redis', { registry: 'docker.io', repository: 'library/redis', tag: 'latest', digest: '' }],
  ['localhost/app', { registry: 'localhost', repository: 'app', tag: 'latest', digest: '' }],
  ['localhost:5000/a/b/c:1', { registry: 'localhost:5000', repository: 'a/b/c', tag: '1', digest: '' }],
  ['[::1]:5000/app', { registry: '[::1]:5000', repository: 'app', tag: 'latest', digest: '' }],
  [`ghcr.io/o/app@${digest}`, { registry: 'ghcr.io', repository: 'o/app', tag: '', digest }],
  [`ghcr.io/o/app:1@${digest}`, { registry: 'ghcr.io', repository: 'o/app', tag: '1', digest }],
])('%s is understood', (text, expected) => {
  expect(parseReference(text)).toEqual(expected);
});

test.each(['', 'Redis', 'a b', 'redis:', ':7', 'a//b', 'redis@sha256:12', '-a', 'ghcr.io/', 'a/B', 'redis:7:8'])(
  '"%s" is no reference',
  (text) => {
    expect(parseReference(text)).toBeNull();
  },
);

test('the familiar form means the same', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const reference = fc.record({
    registry: fc.constantFrom('docker.io', 'localhost', 'ghcr.io', 'registry.example:5000'),
    repository: fc.array(part, { minLength: 2, maxLength: 3 }).map((parts) => parts.join('/')),
    tag: fc.constantFrom('latest', '1.2.3', 'v_2'),
    digest: fc.constantFrom('', digest),
  });
  fc.assert(
    fc.property(reference, (given) => {
      expect(parseReference(familiarReference(given))).toEqual(given);
    }),
  );
});

import { expect, test } from 'vitest';
import { withContextStages } from './context-stages.ts';

const stages = [{ name: 'base', image: 'busybox' }];

test('contexts become stages behind what must come first', () => {
  const dockerfile = '# escape=`\nARG VERSION=1\n\nFROM alpine:$VERSION\nCOPY --from=base / /\n';
  expect(withContextStages(dockerfile, stages, 'web')).toBe(
    '# escape=`\nARG VERSION=1\n\nFROM busybox AS base\nFROM alpine:$VERSION\nCOPY --from=base / /\n',
  );
});

test('without contexts a Dockerfile stays as it is', () => {
  expect(withContextStages('FROM a AS base\nCOPY --from=0 / /', [], 'web')).toBe('FROM a AS base\nCOPY --from=0 / /');
});

test.each([
  ['FROM a AS Base\n', 'base', /replaces the stage "base"/],
  ['FROM a\nFROM b\nCOPY --from=0 / /\n', 'base', /number/],
  ['FROM a\n', 'docker.io/library/alpine', /names "docker.io/],
])('%j with a context %s is refused: it would mean something else', (dockerfile, name, message) => {
  expect(() => withContextStages(dockerfile, [{ name, image: 'busybox' }], 'web')).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringMatching(message) }),
  );
});

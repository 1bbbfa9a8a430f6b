import { expect, test } from 'vitest';
import type { Service } from '#model/project.ts';
import { refusalsOf, shortcomingsOf } from './refusals.ts';
import { processSupport } from './support.ts';

const samples: Partial<Record<string, unknown>> = {
  annotations: { a: 'b' },
  build: { context: '.' },
  cpu_count: 2,
  cpu_percent: 50,
  expose: ['80'],
  gpus: [{ count: -1 }],
  image: 'web',
  init: true,
  isolation: 'default',
  networks: { front: null },
  platform: 'linux/amd64',
  pull_policy: 'always',
  pull_refresh_after: '1d',
};

test('of a key that is accepted nothing is said', () => {
  const accepted = Object.entries(processSupport)
    .filter(([, support]) => (typeof support === 'string' ? support : support[0]) === 'parsed only')
    .map(([key]) => key.split('.'))
    .flatMap(([section, key = '', ...below]) => (section === 'services' && below.length === 0 ? [key] : []));
  expect(accepted.sort()).toEqual(Object.keys(samples).sort());
  // What the loader makes of these keys is no matter here.
  const service = { command: ['true'], ...samples } as unknown as Service;
  expect(refusalsOf('web', service, { uid: 1000, user: 'me' })).toEqual([]);
  expect(shortcomingsOf(service)).toEqual([]);
});

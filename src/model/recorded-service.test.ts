import { expect, test } from 'vitest';
import type { Service } from './project.ts';
import { environmentMark, isEnvironmentMark, recordService, recordedText } from './recorded-service.ts';

const service: Service = {
  command: ['serve'],
  entrypoint: null,
  image: 'shop',
  scale: 3,
  environment: { TOKEN: 'hunter2', UNSET: null },
  post_start: [{ command: ['seed'], environment: { SEED: 'hunter2' } }],
};

test('a recorded service carries no environment value, also not those of hooks', () => {
  const text = recordedText(recordService(service));
  expect(text).not.toContain('hunter2');
  expect(text).toContain(environmentMark('hunter2'));
  expect(isEnvironmentMark(environmentMark('hunter2'))).toBe(true);
});

test('what does not make a replica different is not recorded', () => {
  expect(recordService(service)).not.toHaveProperty('scale');
});

test('digests of secrets are cut short, so that they confirm a change and no guess', () => {
  const digest = 'f'.repeat(64);
  expect(recordedText(recordService(service, { 'secret:key': digest }))).not.toContain('f'.repeat(9));
});

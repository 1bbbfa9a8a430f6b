import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MusterError } from '#lib/errors.ts';
import { seeAlso } from './see-also.ts';

const at = (...path: string[]): string => seeAlso(new MusterError('COMPOSE_INVALID', 'it is wrong', { path }));

test('x-muster is explained in its guide, every other key in the reference', () => {
  const guide = 'docs/guide/runtimes.md#x-muster-of-a-service';
  expect(at('services', 'web', 'x-muster', 'process', 'nice')).toBe(guide);
  expect(at('x-muster', 'host')).toBe(guide);
  expect(at('services', 'x-muster', 'ports')).toBe('docs/reference/compose.md#services-ports');
  expect(readFileSync('docs/guide/runtimes.md', 'utf8')).toContain('## `x-muster` of a service\n');
});

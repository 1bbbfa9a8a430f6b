import { expect, test } from 'vitest';
import type { MusterExtension } from '#model/muster-extension.ts';
import type { PlacementRules } from '#model/placement.ts';
import { musterHashesOf } from './muster-hashes.ts';
import { project } from './sample.test-support.ts';

const natively: PlacementRules = { fallback: { kind: 'process', host: 'local' }, prefersProcess: false };

function hashOf(muster: MusterExtension, placement?: PlacementRules): string | undefined {
  const wanted = { ...project({ web: { 'x-muster': muster } }), configHashes: { web: 'same' } };
  return musterHashesOf(wanted, new Map(), placement)['web'];
}

test('how a service would run natively changes its native replicas, and not its containers', () => {
  const [one, other] = [{ process: { command: ['a'] } }, { process: { command: ['b'] }, health: { tcp: 80 } }];
  expect(hashOf(one)).toBe(hashOf(other));
  expect(hashOf(one, natively)).not.toBe(hashOf(other, natively));
});

test('another place to look at is another remote service', () => {
  const remote = (url: string): MusterExtension => ({ runtime: 'remote', remote: { url } });
  expect(hashOf(remote('http://a'))).not.toBe(hashOf(remote('http://b')));
});

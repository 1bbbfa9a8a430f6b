import { expect, test } from 'vitest';
import { hostServices } from './neighbours.ts';
import { project, twoHosts as runtimes } from './sample.test-support.ts';

const shop = project({
  api: { 'x-muster': { runtime: 'process' } },
  db: {},
  far: { 'x-muster': { runtime: 'process', host: 'ssh://far' } },
  cache: { 'x-muster': { host: 'ssh://far' } },
  pay: { 'x-muster': { runtime: 'remote' } },
});
const found = (runtime: string, addresses = {}) => hostServices(runtime, { project: shop, runtimes }, addresses);

test('a container finds the native services of its own host, and what runs on hosts that have an address', () => {
  expect(found('docker')).toEqual({ api: 'host-gateway' });
  expect(found('docker', { 'ssh://far': '10.1.0.2' })).toEqual({ api: 'host-gateway', cache: '10.1.0.2', far: '10.1.0.2' });
  // This machine has no address that others know.
  expect(found('docker@ssh://far', { 'ssh://far': '10.1.0.2' })).toEqual({ far: 'host-gateway' });
});

test('who has no networks of its own is told in another way', () => {
  expect(found('process', { 'ssh://far': '10.1.0.2' })).toEqual({});
});

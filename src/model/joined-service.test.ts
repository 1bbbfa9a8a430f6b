import { expect, test } from 'vitest';
import { joinedService } from './joined-service.ts';
import type { Service } from './project.ts';

const service = (fields: Partial<Service>): Service => ({ image: 'app', command: null, entrypoint: null, ...fields });
const idOf = (name: string): string | undefined => (name === 'vpn' ? 'abc' : undefined);

test('references to services become ids of their replicas, others stay', () => {
  expect(
    joinedService(
      service({ network_mode: 'service:vpn', pid: 'service:gone', ipc: 'host', volumes_from: ['vpn:ro', 'container:old'] }),
      idOf,
    ),
  ).toEqual(service({ network_mode: 'container:abc', pid: 'service:gone', ipc: 'host', volumes_from: ['abc', 'old'] }));
});

test('a service that joins nobody has no other form', () => {
  expect(joinedService(service({ network_mode: 'host' }), idOf)).toBeNull();
});

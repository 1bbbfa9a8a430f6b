import { expect, test } from 'vitest';
import { eventFrom } from './events.ts';

const line = (action: string, attributes: Record<string, string>): string =>
  JSON.stringify({
    Type: 'container',
    Action: action,
    Actor: { ID: 'abc', Attributes: attributes },
    time: 1_767_225_600,
  }).replace(/}$/, ',"timeNano":1767225600123456789}');

test('an event keeps its nanoseconds, names its replica, and leaves our own labels out', () => {
  const event = eventFrom(
    line('die', {
      'com.docker.compose.service': 'web',
      'dev.muster.config': '{}',
      name: 'blog-web-1',
      image: 'x',
      exitCode: '3',
    }),
  );
  expect(event).toEqual({
    type: 'runtime',
    at: 1_767_225_600_123,
    atNano: '1767225600123456789',
    service: 'web',
    replicaId: 'abc',
    replicaName: 'blog-web-1',
    action: 'die',
    exitCode: 3,
    attributes: { name: 'blog-web-1', image: 'x', exitCode: '3' },
  });
});

test('a container without a service is none of ours', () => {
  expect(eventFrom(line('start', { name: 'other' }))).toBeNull();
});

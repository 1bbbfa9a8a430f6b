import { expect, test } from 'vitest';
import { placementLabels, readPlacement } from './native-labels.ts';

test('what a replica was given is read back from its labels', () => {
  const placement = {
    ports: [
      { hostIp: '::1', hostPort: 8080, target: 80, protocol: 'tcp' },
      { hostIp: '', hostPort: 53, target: 53, protocol: 'udp' },
    ],
    volumes: ['blog_data', 'shared'],
    directory: '/s/blog/0011223344556677',
  };
  expect(readPlacement(placementLabels(placement))).toEqual(placement);
});

test('what was given nothing carries no labels, and foreign ones are no placement', () => {
  expect(placementLabels({ ports: [], volumes: [], directory: '' })).toEqual({});
  expect(readPlacement({ 'dev.muster.ports': 'nonsense' }).ports).toEqual([]);
});

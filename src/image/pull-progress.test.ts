import { expect, test } from 'vitest';
import { PullProgress } from './pull-progress.ts';

test('many layers are one line', () => {
  const progress = new PullProgress();
  const lines = [
    { status: 'Pulling from library/redis', id: '7' },
    { status: 'Already exists', id: 'a' },
    { status: 'Pulling fs layer', id: 'b', progressDetail: {} },
    { status: 'Downloading', id: 'b', progressDetail: { current: 2_000_000, total: 4_000_000 } },
    { status: 'Download complete', id: 'b', progressDetail: {} },
    { status: 'Extracting', id: 'b', progressDetail: { current: 1, total: 4_000_000 } },
    { status: 'Pull complete', id: 'b', progressDetail: {} },
    { status: 'Digest: sha256:…' },
  ].map((line) => progress.add(line));
  expect(lines).toEqual([
    null,
    'pulling 1/1 layers',
    'pulling 1/2 layers',
    'pulling 1/2 layers, 2.0 of 4.0 MB',
    'pulling 1/2 layers, 4.0 of 4.0 MB',
    'pulling 1/2 layers, 4.0 of 4.0 MB',
    'pulling 2/2 layers, 4.0 of 4.0 MB',
    null,
  ]);
});

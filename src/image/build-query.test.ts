import { expect, test } from 'vitest';
import type { Build } from '#model/project.ts';
import { buildQuery, ignoredByProducts } from './build-query.ts';

const request = (build: Build, extra = {}) => ({ service: 'web', tag: 'blog-web', build, ...extra });

test('every key that the Engine knows reaches it in its own form', () => {
  const build: Build = {
    args: { VERSION: '1', UNSET: null },
    cache_from: ['team/app:cache', 'type=registry,ref=team/app:other'],
    extra_hosts: ['db=10.0.0.5', 'six=::1'],
    labels: { a: 'b' },
    network: 'host',
    no_cache: true,
    pull: true,
    shm_size: '67108864',
    tags: ['team/app:1', 'blog-web'],
    target: 'release',
    ulimits: { nofile: 1024, nproc: { soft: 1, hard: 2 } },
    platforms: ['linux/amd64'],
  };
  expect(buildQuery(request(build, { labels: { ours: 'x' }, memoryBytes: 1024 }), { HTTP_PROXY: 'p', VERSION: 'lost' }))
    .toMatchInlineSnapshot(`
    {
      "buildargs": "{"HTTP_PROXY":"p","VERSION":"1"}",
      "cachefrom": "["team/app:cache","team/app:other"]",
      "extrahosts": [
        "db:10.0.0.5",
        "six:::1",
      ],
      "forcerm": true,
      "isolation": undefined,
      "labels": "{"a":"b","ours":"x"}",
      "memory": 1024,
      "networkmode": "host",
      "nocache": true,
      "platform": "linux/amd64",
      "pull": true,
      "rm": true,
      "shmsize": 67108864,
      "t": [
        "blog-web",
        "team/app:1",
      ],
      "target": "release",
      "ulimits": "[{"Name":"nofile","Soft":1024,"Hard":1024},{"Name":"nproc","Soft":1,"Hard":2}]",
    }
  `);
});

test('by-products that are not made are named in a warning', () => {
  expect(ignoredByProducts({ cache_to: ['type=inline'], provenance: 'true', sbom: 'false', secrets: [] }, 'web')).toEqual([
    expect.stringContaining('build.cache_to has no effect'),
    expect.stringContaining('build.provenance has no effect'),
  ]);
});

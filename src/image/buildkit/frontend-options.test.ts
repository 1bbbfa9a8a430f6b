import { expect, test } from 'vitest';
import type { Build } from '#model/project.ts';
import { entitlementsOf, frontendOptions, wantsInlineCache } from './frontend-options.ts';

const optionsOf = (build: Build, more = {}) =>
  frontendOptions(
    { service: 'web', tag: 'web', build, ...more },
    { args: { HTTP_PROXY: 'p', VERSION: 'lost' }, gateway: '172.17.0.1' },
  );

test('every key that BuildKit knows reaches it in its own form', () => {
  const build: Build = {
    args: { VERSION: '1', UNSET: null },
    cache_from: ['team/app:cache', 'type=registry,ref=team/app:other'],
    extra_hosts: ['db=10.0.0.5', 'six=::1', 'bracketed=[::1]', 'host:host-gateway'],
    labels: { a: 'b' },
    network: 'none',
    no_cache: true,
    pull: true,
    shm_size: '67108864',
    target: 'release',
    ulimits: { nofile: 1024, nproc: { soft: 1, hard: 2 } },
    platforms: ['linux/amd64'],
  };
  expect(optionsOf(build, { labels: { ours: 'x' } })).toMatchInlineSnapshot(`
    {
      "add-hosts": "db=10.0.0.5,six=::1,bracketed=::1,host=172.17.0.1",
      "build-arg:HTTP_PROXY": "p",
      "build-arg:VERSION": "1",
      "cache-from": "team/app:cache,team/app:other",
      "force-network-mode": "none",
      "image-resolve-mode": "pull",
      "label:a": "b",
      "label:ours": "x",
      "no-cache": "",
      "platform": "linux/amd64",
      "shm-size": "67108864",
      "target": "release",
      "ulimit": "nofile=1024:1024,nproc=1:2",
    }
  `);
});

test('what is not asked for is not said', () => {
  expect(frontendOptions({ service: 'web', tag: 'web', build: { network: 'default' } }, { args: {}, gateway: '' })).toEqual({
    'image-resolve-mode': 'local',
  });
});

test('host networks and privileges are asked for as entitlements', () => {
  expect(entitlementsOf({ network: 'host', privileged: true, entitlements: ['network.host'] })).toEqual([
    'network.host',
    'security.insecure',
  ]);
});

test('only a cache within the image can be written', () => {
  expect(
    [['type=inline'], ['inline'], ['type=local,dest=x'], undefined].map((cache_to) => wantsInlineCache({ cache_to })),
  ).toEqual([true, true, false, false]);
});

import { expect, test } from 'vitest';
import type { Build } from '#model/project.ts';
import { builderNeeds, isBuildKitOff, refuseBuildKitKeys } from './builder-choice.ts';

const needs = (build: Build, newFrontend = true) => builderNeeds({ service: 'web', tag: 'web', build }, newFrontend);

test.each([
  ['secrets', { secrets: [{ source: 'token' }] }],
  ['ssh', { ssh: ['default'] }],
  ['additional_contexts', { additional_contexts: { base: './base' } }],
  ['privileged', { privileged: true }],
  ['entitlements', { entitlements: ['network.host'] }],
] satisfies [string, Build][])('%s needs BuildKit, and is refused by name without it', (key, build) => {
  const { buildKit, classic } = needs(build);
  expect([buildKit, classic]).toEqual([[`build.${key}`], []]);
  expect(() => refuseBuildKitKeys('web', buildKit, 'which DOCKER_BUILDKIT=0 turns off')).toThrow(
    expect.objectContaining({
      code: 'UNSUPPORTED',
      message: `service "web": build.${key} needs BuildKit, which DOCKER_BUILDKIT=0 turns off`,
    }),
  );
});

test('what says nothing needs nothing', () => {
  const build: Build = { secrets: [], ssh: [], additional_contexts: {}, privileged: false, entitlements: [], network: 'host' };
  expect(needs(build, false)).toEqual({ buildKit: [], classic: [] });
});

test('a network of its own needs the classic builder', () => {
  expect(needs({ network: 'backend' }).classic).toEqual(['build.network: backend']);
});

test('limits and host-gateway need the classic builder where BuildKit would pass over them', () => {
  const build: Build = { shm_size: '64', ulimits: { nofile: 10 }, extra_hosts: ['host=host-gateway'] };
  expect(needs(build, false).classic).toEqual(['build.shm_size', 'build.ulimits', 'host-gateway in build.extra_hosts']);
  expect(needs(build, true).classic).toEqual([]);
});

test('a folder within a repository needs the classic builder where BuildKit knows only whole ones', () => {
  expect(needs({ context: 'https://example.com/r.git#main:sub' }, false).classic).toHaveLength(1);
  expect(needs({ context: 'https://example.com/r.git#main' }, false).classic).toEqual([]);
  expect(needs({ context: 'https://example.com/r.git#main:sub' }, true).classic).toEqual([]);
});

test('DOCKER_BUILDKIT turns it off as Docker reads it', () => {
  expect(['0', 'false', '1', '', undefined].map(isBuildKitOff)).toEqual([true, true, false, false, false]);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { certificatesFor, type RegistryCertificates } from './registry-certificates.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'muster-certificates-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Each file says its own path. */
function put(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), path);
  }
}

const found = (registry = 'host:5000'): Promise<RegistryCertificates> =>
  certificatesFor(registry, { DOCKER_CONFIG: join(home, 'own') }, join(home, 'machine'));

test('authorities of both folders count, and a client certificate with its key, one of the user first', async () => {
  put('own/certs.d/host:5000/ca.crt', 'machine/host:5000/a.crt', 'machine/host:5000/b.crt', 'machine/other/c.crt');
  put('machine/host:5000/client.cert', 'machine/host:5000/client.key');
  expect(await found()).toEqual({
    authorities: ['own/certs.d/host:5000/ca.crt', 'machine/host:5000/a.crt', 'machine/host:5000/b.crt'],
    client: { cert: 'machine/host:5000/client.cert', key: 'machine/host:5000/client.key' },
    problem: null,
  });
  put('own/certs.d/host:5000/me.cert', 'own/certs.d/host:5000/me.key');
  expect(await found()).toMatchObject({ client: { key: 'own/certs.d/host:5000/me.key' } });
});

test('nothing is there: nothing is wrong', async () => {
  put('own/certs.d/file');
  for (const registry of ['host:5000', 'file'])
    expect(await found(registry)).toEqual({ authorities: [], client: null, problem: null });
});

test.each([
  ['client.cert', 'client.cert has no client.key beside it'],
  ['client.key', 'client.key has no client.cert beside it'],
])('a lonely %s is told, and the authorities count all the same', async (name, problem) => {
  put('machine/host:5000/ca.crt', `machine/host:5000/${name}`);
  expect(await found()).toEqual({
    authorities: ['machine/host:5000/ca.crt'],
    client: null,
    problem: expect.stringContaining(problem),
  });
});

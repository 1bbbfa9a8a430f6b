import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeEndpoint } from './endpoint.ts';
import { resolveEndpoint } from './resolve-endpoint.ts';
import type { EndpointChoice } from './resolve-endpoint.ts';

let config = '';
beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), 'muster-config-'));
});
afterEach(() => {
  rmSync(config, { recursive: true });
});

const resolve = (environment: Record<string, string> = {}, choice: Partial<EndpointChoice> = {}) =>
  resolveEndpoint({ environment: { DOCKER_CONFIG: config, ...environment }, ...choice });
const where = (...args: Parameters<typeof resolve>): string => describeEndpoint(resolve(...args));

function addContext(name: string, engine: object): string {
  const id = createHash('sha256').update(name).digest('hex');
  mkdirSync(join(config, 'contexts/meta', id), { recursive: true });
  writeFileSync(
    join(config, 'contexts/meta', id, 'meta.json'),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: engine } }),
  );
  return join(config, 'contexts/tls', id, 'docker');
}

test('without any choice it is the socket that Docker listens on by default', () => {
  expect(where()).toBe('unix:///var/run/docker.sock');
});

test('a flag beats DOCKER_HOST, which beats DOCKER_CONTEXT, which beats the current context', () => {
  addContext('named', { Host: 'tcp://named:1' });
  addContext('current', { Host: 'tcp://current:1' });
  writeFileSync(join(config, 'config.json'), '{"currentContext":"current"}');
  const environment = { DOCKER_CONTEXT: 'named' };
  expect(where()).toBe('tcp://current:1');
  expect(where(environment)).toBe('tcp://named:1');
  expect(where({ ...environment, DOCKER_HOST: 'tcp://variable:1' })).toBe('tcp://variable:1');
  expect(where({ ...environment, DOCKER_HOST: 'tcp://variable:1' }, { context: 'named' })).toBe('tcp://named:1');
  expect(where({ ...environment, DOCKER_HOST: 'tcp://variable:1' }, { host: 'tcp://flag:1' })).toBe('tcp://flag:1');
});

test('two flags that both choose are refused', () => {
  expect(() => resolve({}, { host: 'tcp://a:1', context: 'b' })).toThrow(expect.objectContaining({ code: 'ENGINE_ENDPOINT' }));
});

test('the context named default means DOCKER_HOST or the default socket', () => {
  expect(where({ DOCKER_CONTEXT: 'default' })).toBe('unix:///var/run/docker.sock');
  expect(where({ DOCKER_HOST: 'tcp://variable:1' }, { context: 'default' })).toBe('tcp://variable:1');
});

test('a context that is not there is named, with who asked for it', () => {
  expect(() => resolve({ DOCKER_CONTEXT: 'lost' })).toThrow('there is no Docker context "lost" (named by DOCKER_CONTEXT)');
});

test("a context's TLS material makes the connection TLS", () => {
  const folder = addContext('safe', { Host: 'tcp://safe:2376' });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ca.pem'), 'x');
  expect(resolve({}, { context: 'safe' })).toMatchObject({
    kind: 'tls',
    verify: true,
    files: { ca: join(folder, 'ca.pem'), cert: null, key: null },
  });
});

test('a context that skips verification still speaks TLS', () => {
  addContext('lax', { Host: 'tcp://lax:2376', SkipTLSVerify: true });
  expect(resolve({}, { context: 'lax' })).toMatchObject({ kind: 'tls', verify: false });
});

test('DOCKER_TLS_VERIFY takes its files from DOCKER_CERT_PATH', () => {
  const environment = { DOCKER_HOST: 'tcp://safe', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: config };
  expect(() => resolve(environment)).toThrow(`DOCKER_TLS_VERIFY is set, but there is no ca.pem in ${config}`);
  writeFileSync(join(config, 'ca.pem'), 'x');
  expect(resolve(environment)).toMatchObject({ kind: 'tls', port: 2376, verify: true });
});

test('a damaged configuration is named', () => {
  writeFileSync(join(config, 'config.json'), '{"currentContext":');
  expect(() => resolve()).toThrow(expect.objectContaining({ code: 'ENGINE_ENDPOINT', message: expect.stringContaining(config) }));
});

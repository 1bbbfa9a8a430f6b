// Registries that ask for tokens, send elsewhere, or lie: Debian's does none of it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unpackArtifact } from '../artifact.ts';
import { digestOf } from '../digest.ts';
import { Repository } from './registry.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let servers: Server[] = [];
let home = '';
beforeEach(() => {
  pauses = [];
  home = mkdtempSync(join(tmpdir(), 'muster-registry-'));
});
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
  rmSync(home, { recursive: true });
});

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const environment = () => ({ DOCKER_CONFIG: home, XDG_CACHE_HOME: join(home, 'cache') });
const signal = new AbortController().signal;
let pauses: number[] = [];
const pause = async (ms: number): Promise<void> => void pauses.push(ms);
const repository = (registry: string): Repository =>
  new Repository({ registry, repository: 'team/app', environment: environment(), signal, pause });
const login = (registry: string, fields: Readonly<Record<string, string>>): void =>
  writeFileSync(join(home, 'config.json'), JSON.stringify({ auths: { [registry]: fields } }));

/** Gives `{}` to who brings the token. */
async function wantingToken(realm: (self: string) => string): Promise<string> {
  const self = await serve((request, response) => {
    if (request.headers.authorization === 'Bearer good') response.end('{}');
    else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm(self)}",service="s"` }).end();
  });
  return self;
}

describe('a registry that wants a token', () => {
  test('is given one that was bought with the login', async () => {
    const asked: (string | undefined)[] = [];
    const shop = await serve(({ url, headers }, response) => {
      asked.push(url, headers.authorization);
      response.end('{"token":"good"}');
    });
    const registry = await wantingToken(() => `http://${shop}/token`);
    login(registry, { auth: Buffer.from('ann:test-secret').toString('base64') });
    expect((await repository(registry).manifest('1')).toString()).toBe('{}');
    expect(asked).toEqual([
      '/token?service=s&scope=repository%3Ateam%2Fapp%3Apull',
      `Basic ${Buffer.from('ann:test-secret').toString('base64')}`,
    ]);
  });

  test('is given one that was bought with an identity token, or the one that is there', async () => {
    const shop = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () =>
        response.end(body.includes('refresh_token=identity&') ? '{"access_token":"good"}' : '{"access_token":"bad"}'),
      );
    });
    const registry = await wantingToken(() => `http://${shop}/token`);
    login(registry, { identitytoken: 'identity' });
    expect((await repository(registry).manifest('1')).toString()).toBe('{}');
    login(registry, { registrytoken: 'good' });
    expect((await repository(registry).manifest('1')).toString()).toBe('{}');
  });

  test('gets no login for a place that is not encrypted', async () => {
    const registry = await wantingToken(() => 'http://elsewhere.example/token');
    await expect(repository(registry).manifest('1')).rejects.toThrow('which is no safe place to log in at');
  });
});

test('a login does not follow to another place', async () => {
  const seen: (string | undefined)[] = [];
  const store = await serve(({ headers }, response) => {
    seen.push(headers.authorization);
    response.end('blob');
  });
  const registry = await serve((request, response) => {
    if (request.headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    else response.writeHead(307, { location: `http://${store}/blob` }).end();
  });
  login(registry, { auth: Buffer.from('ann:test-secret').toString('base64') });
  expect((await repository(registry).blob(digestOf(Buffer.from('blob')), 4)).toString()).toBe('blob');
  expect(seen).toEqual([undefined]);
});

test.each([
  ['an endless circle', (response: ServerResponse) => response.writeHead(307, { location: '/again' }).end(), 'answers 307'],
  [
    'a place that is not encrypted',
    (response: ServerResponse) => response.writeHead(307, { location: 'http://h.example/' }).end(),
    'not encrypted',
  ],
  ['more than was asked for', (response: ServerResponse) => response.end('x'.repeat(100)), 'the answer is larger than 4 bytes'],
  [
    'an error of its own',
    (response: ServerResponse) => response.writeHead(503).end('{"errors":[{"message":"try\\n later"}]}'),
    'answers 503 for team/app: try later',
  ],
])('a registry that sends %s is not followed', async (_what, answer, message) => {
  const registry = await serve((_request, response) => answer(response));
  await expect(repository(registry).blob(`sha256:${'a'.repeat(64)}`, 4)).rejects.toThrow(message);
});

describe('a registry that fails in passing', () => {
  type Failure = (response: ServerResponse) => void;
  /** Answers like this, one after the other, and with a manifest after that. */
  const failing = async (...failures: Failure[]): Promise<string> => {
    const left = [...failures];
    return serve((_request, response) => {
      const fail = left.shift();
      if (fail === undefined) response.end('{}');
      else fail(response);
    });
  };
  const answer =
    (status: number, headers: Readonly<Record<string, string>> = {}): Failure =>
    (response) =>
      response.writeHead(status, headers).end();
  const hangUp: Failure = ({ socket }) => socket?.destroy();
  const breakOff: Failure = (response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{', () => response.socket?.destroy());
  };
  const inAnHour = (): string => new Date(Date.now() + 3_600_000).toUTCString();

  test.each<[string, readonly Failure[], readonly number[]]>([
    ['is overloaded', [answer(503), answer(500), answer(502)], [500, 1000, 2000]],
    ['hangs up, before or in its answer', [hangUp, breakOff], [500, 1000]],
    ['says when to come again', [answer(429, { 'retry-after': '7' }), answer(503, { 'retry-after': '0' })], [7000, 0]],
    ['says so in words that mean nothing', [answer(429, { 'retry-after': 'soon' })], [500]],
    [
      'would have us wait for an hour',
      [answer(429, { 'retry-after': '3600' }), answer(503, { 'retry-after': inAnHour() })],
      [20_000, 20_000],
    ],
  ])('is asked again when it %s', async (_what, failures, expected) => {
    expect((await repository(await failing(...failures)).manifest('1')).toString()).toBe('{}');
    expect(pauses).toEqual(expected);
  });

  test('is given up after the fourth time', async () => {
    const registry = await failing(...Array.from({ length: 4 }, () => answer(503)));
    await expect(repository(registry).manifest('1')).rejects.toThrow('answers 503 for team/app');
    expect(pauses).toEqual([500, 1000, 2000]);
    const broken = await failing(...Array.from({ length: 4 }, () => hangUp));
    await expect(repository(broken).manifest('1')).rejects.toThrow(`can't reach the registry ${broken}: socket hang up`);
  });

  test('is not asked again when that would not help', async () => {
    for (const status of [400, 404, 501]) await expect(repository(await failing(answer(status))).manifest('1')).rejects.toThrow();
    expect(pauses).toEqual([]);
  });

  test('sells a token on the second try', async () => {
    let tries = 0;
    const shop = await serve((_request, response) => {
      if (++tries === 1) response.writeHead(503).end();
      else response.end('{"token":"good"}');
    });
    const registry = await wantingToken(() => `http://${shop}/token`);
    expect((await repository(registry).manifest('1')).toString()).toBe('{}');
    expect(tries).toBe(2);
  });

  test('is left alone as soon as the command is interrupted', async () => {
    const interrupt = new AbortController();
    const registry = await serve((_request, response) => {
      response.writeHead(429, { 'retry-after': '20' }).end(() => interrupt.abort());
    });
    const asked = new Repository({ registry, repository: 'team/app', environment: environment(), signal: interrupt.signal });
    await expect(asked.manifest('1')).rejects.toMatchObject({ code: 'CANCELLED', exitCode: 130 });
  });
});

test('a registry is asked through the proxy that the environment names, one on this machine without', async () => {
  const asked: (string | undefined)[] = [];
  const proxy = createServer((request) => asked.push(request.url));
  proxy.on('connect', ({ url }: IncomingMessage, socket: Duplex) => {
    asked.push(url);
    socket.end('HTTP/1.1 502 no way\r\n\r\n');
  });
  servers.push(proxy);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const proxied = { ...environment(), HTTPS_PROXY: `http://127.0.0.1:${port}`, HTTP_PROXY: `http://127.0.0.1:${port}` };
  const at = (registry: string) => new Repository({ registry, repository: 'team/app', environment: proxied, signal, pause });
  await expect(at('registry.example').manifest('1')).rejects.toThrow("can't reach the registry registry.example");
  expect(asked).toEqual(['registry.example:443']);
  const local = await serve((_request, response) => response.end('{}'));
  expect((await at(local).manifest('1')).toString()).toBe('{}');
  expect(asked).toEqual(['registry.example:443']);
});

describe('what is not what its digest names', () => {
  const layer = Buffer.from('services: {}');
  const manifest = (digest: string): string =>
    JSON.stringify({
      artifactType: 'application/vnd.docker.compose.project',
      layers: [{ mediaType: 'application/vnd.docker.compose.file+yaml', digest, size: layer.length }],
    });
  const unpack = async (named: string, layerDigest: string): Promise<string> => {
    const registry = await serve(({ url = '' }, response) => response.end(url.includes('blobs') ? layer : manifest(layerDigest)));
    return unpackArtifact({ kind: 'oci', name: `${registry}/team/app${named}` }, { environment: environment(), signal });
  };
  const wrong = `sha256:${'a'.repeat(64)}`;

  test('is used nowhere, be it a layer or the manifest', async () => {
    await expect(unpack(':1', digestOf(layer))).resolves.toContain('docker-compose');
    await expect(unpack(':1', wrong)).rejects.toThrow(`sends something else than ${wrong}`);
    await expect(unpack(`@${wrong}`, digestOf(layer))).rejects.toThrow(`sends something else than ${wrong}`);
  });
});

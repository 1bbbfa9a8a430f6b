import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authHeader, credentialsFor, registryConfigHeader } from './credentials.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'muster-credentials-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const environment = () => ({ DOCKER_CONFIG: directory, PATH: `${directory}:/usr/bin:/bin` });
const configure = (config: object): void => writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function installHelper(name: string, script: string): void {
  writeFileSync(join(directory, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, `docker-credential-${name}`), 0o755);
}

test('nobody is logged in where nothing is configured', async () => {
  expect(await credentialsFor('docker.io', environment())).toEqual({ credentials: null, problem: null });
});

test('the file holds user and password, a password may have colons', async () => {
  configure({ auths: { 'localhost:5000': { auth: base64('ann:se:cret') } } });
  expect((await credentialsFor('localhost:5000', environment())).credentials).toEqual({
    username: 'ann',
    password: 'se:cret',
    serveraddress: 'localhost:5000',
  });
  expect((await credentialsFor('localhost', environment())).credentials).toBeNull();
});

test('old entries with scheme and path are found, and the Hub by its old name', async () => {
  configure({
    auths: {
      'https://registry.example/v2/': { auth: base64('ann:1') },
      'https://index.docker.io/v1/': { auth: base64('ben:2') },
    },
  });
  expect((await credentialsFor('registry.example', environment())).credentials?.username).toBe('ann');
  expect((await credentialsFor('docker.io', environment())).credentials?.username).toBe('ben');
});

test('a helper gets the address on stdin and nothing in its arguments', async () => {
  configure({ credHelpers: { 'localhost:5000': 'mine' }, auths: {} });
  installHelper('mine', 'read server; [ "$*" = get ] && echo "{\\"Username\\":\\"$server\\",\\"Secret\\":\\"s\\"}"');
  expect((await credentialsFor('localhost:5000', environment())).credentials).toEqual({
    username: 'localhost:5000',
    password: 's',
    serveraddress: 'localhost:5000',
  });
});

test('a token from a helper is an identity token', async () => {
  configure({ credsStore: 'store' });
  installHelper('store', `echo '{"Username":"<token>","Secret":"t"}'`);
  expect((await credentialsFor('docker.io', environment())).credentials).toEqual({
    identitytoken: 't',
    serveraddress: 'https://index.docker.io/v1/',
  });
});

test('a helper that knows nothing is no problem; one that is missing or broken is told, without what it said', async () => {
  configure({ credsStore: 'empty' });
  installHelper('empty', 'echo credentials not found in native keychain; exit 1');
  expect(await credentialsFor('docker.io', environment())).toEqual({ credentials: null, problem: null });
  configure({ credsStore: 'missing' });
  expect((await credentialsFor('docker.io', environment())).problem).toContain('docker-credential-missing');
  configure({ credsStore: 'garbled' });
  installHelper('garbled', 'echo hunter2');
  const { problem } = await credentialsFor('docker.io', environment());
  expect(problem).toContain('no JSON');
  expect(problem).not.toContain('hunter2');
});

test('a helper can not be named out of its folder', async () => {
  configure({ credsStore: '../evil' });
  expect((await credentialsFor('docker.io', environment())).problem).toContain('no file name');
});

test('a build gets the credentials of every registry that the user is logged in to', async () => {
  expect(await registryConfigHeader(environment(), new AbortController().signal)).toBeNull();
  configure({ auths: { 'localhost:5000': { auth: base64('ann:1') }, 'empty.example': {} } });
  const header = (await registryConfigHeader(environment(), new AbortController().signal)) ?? '';
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    'localhost:5000': { username: 'ann', password: '1', serveraddress: 'localhost:5000' },
  });
});

test.each(['x', 'xy', 'xyz'])('the header is base64 that is safe in URLs, padded as Go reads it (%s)', (serveraddress) => {
  const header = authHeader({ username: 'ü?>', password: '~~~', serveraddress });
  expect(header).toMatch(/^[\w-]+={0,2}$/);
  expect(header.length % 4).toBe(0);
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ username: 'ü?>' });
});

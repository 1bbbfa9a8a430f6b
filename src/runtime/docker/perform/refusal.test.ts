import { expect, test } from 'vitest';
import type { Engine } from '#engine/engine.ts';
import type { Host } from '#host/host.ts';
import { MusterError } from '#lib/errors.ts';
import { explained } from './refusal.ts';

const row = {
  Id: 'abc',
  Names: ['/shop-web-1'],
  Labels: {},
  Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }],
};

/** An engine that knows one container, which publishes 8080. */
const setting = {
  engine: { isLocal: false, json: () => Promise.resolve([row]) } as unknown as Engine,
  host: { location: 'local' } as Host,
};

const refuse = (message: string, status = 500) =>
  explained(setting, { doing: 'start blog-web-1', service: 'web', project: 'blog' }, () =>
    Promise.reject(new MusterError('ENGINE_REFUSED', message, { cause: { status, message } })),
  );

test.each([
  'driver failed programming external connectivity on endpoint x: Bind for 0.0.0.0:8080 failed: port is already allocated',
  'driver failed programming external connectivity: Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use',
  'failed to set up container networking: failed to bind host port for 0.0.0.0:8080:172.18.0.2:80/tcp: address already in use',
  'failed to bind host port 127.0.0.1:8080/tcp: address already in use',
])('a taken port names its holder: %s', async (message) => {
  await expect(refuse(message)).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: 'could not start blog-web-1: port 8080/tcp is taken by container "shop-web-1"',
  });
});

test.each([
  ['No such image: web:1', 'IMAGE_MISSING', 'muster pull web'],
  ['network blog_default not found', 'STATE_CHANGED', 'again'],
  ['transport is closing: unavailable', 'ENGINE_LOST', 'again'],
  ['bind source path does not exist: /x', 'ENGINE_REFUSED', 'create that folder'],
  [
    'OCI runtime create failed: exec: "wbe": executable file not found in $PATH: unknown',
    'ENGINE_REFUSED',
    'command and entrypoint of web',
  ],
  ['something new', 'ENGINE_REFUSED', undefined],
])('"%s" is %s, with a remedy', async (message, code, hint) => {
  await expect(refuse(message)).rejects.toMatchObject({
    code,
    message: `could not start blog-web-1: ${message}`,
    hint: hint === undefined ? undefined : expect.stringContaining(hint),
  });
});

test('what is no refusal passes unchanged', async () => {
  const error = new MusterError('ENGINE_LOST', 'gone');
  await expect(explained(setting, { doing: 'x' }, () => Promise.reject(error))).rejects.toBe(error);
});

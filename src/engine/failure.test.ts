import { expect, test } from 'vitest';
import { MusterError } from '#lib/errors.ts';
import type { Endpoint } from './endpoint.ts';
import { engineFailure } from './failure.ts';

const unix: Endpoint = { kind: 'unix', path: '/run/d.sock' };
const tls: Endpoint = { kind: 'tls', host: 'web1', port: 2376, verify: true, files: { ca: null, cert: null, key: null } };
const thrown = (code: string): Error => Object.assign(new Error('raw words'), { code });

test.each([
  ['ENOENT', 'ENGINE_ABSENT'],
  ['ECONNREFUSED', 'ENGINE_ABSENT'],
  ['ENOTFOUND', 'ENGINE_ABSENT'],
  ['EHOSTUNREACH', 'ENGINE_ABSENT'],
  ['EACCES', 'ENGINE_PERMISSION'],
  ['ECONNRESET', 'ENGINE_LOST'],
  ['EPIPE', 'ENGINE_LOST'],
  ['HPE_INVALID_CONSTANT', 'ENGINE_ENDPOINT'],
])('%s is %s, names the engine and says what to do', (code, expected) => {
  const error = engineFailure(thrown(code), unix);
  expect(error).toMatchObject({
    code: expected,
    message: expect.stringContaining('unix:///run/d.sock'),
    hint: expect.any(String),
  });
});

test.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
  'the TLS failure %s keeps its own words and says which files to check',
  (code) => {
    expect(engineFailure(thrown(code), tls)).toMatchObject({
      code: 'ENGINE_ENDPOINT',
      message: expect.stringContaining('raw words'),
    });
  },
);

test('an error that already explains itself, and a bug of ours, stay as they are', () => {
  const ours = new MusterError('TIMED_OUT', 'too late');
  const bug = new TypeError('x is not a function');
  expect([engineFailure(ours, unix), engineFailure(bug, unix)]).toEqual([ours, bug]);
});

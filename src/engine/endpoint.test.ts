import { describe, expect, test } from 'vitest';
import { describeEndpoint, parseEndpoint } from './endpoint.ts';
import type { Tls } from './endpoint.ts';

const tls: Tls = { files: { ca: '/c/ca.pem', cert: null, key: null }, verify: true };
const parse = (text: string, withTls: Tls | null = null) => parseEndpoint(text, withTls, 'DOCKER_HOST');

describe('an address of an engine', () => {
  test.each([
    ['unix:///run/user/1000/docker.sock', { kind: 'unix', path: '/run/user/1000/docker.sock' }],
    ['unix://', { kind: 'unix', path: '/var/run/docker.sock' }],
    ['tcp://10.0.0.5:4243', { kind: 'tcp', host: '10.0.0.5', port: 4243 }],
    ['tcp://[fd00::5]', { kind: 'tcp', host: 'fd00::5', port: 2375 }],
    ['build.example:2375', { kind: 'tcp', host: 'build.example', port: 2375 }],
    ['ssh://deploy@web1', { kind: 'host', location: 'ssh://deploy@web1', path: '' }],
    ['ssh://d%65ploy@web1/', { kind: 'host', location: 'ssh://deploy@web1', path: '' }],
    ['ssh://web1:2222/run/user/7/docker.sock', { kind: 'host', location: 'ssh://web1:2222', path: '/run/user/7/docker.sock' }],
  ])('%s is understood', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test('TLS changes the default port', () => {
    expect(parse('tcp://web1', tls)).toEqual({ kind: 'tls', host: 'web1', port: 2376, ...tls });
  });

  test.each([
    ['npipe:////./pipe/docker_engine', /named pipes/],
    ['http://web1:2375', /does not speak http/],
    ['ssh://web1?x=1', /no query/],
    ['ssh://-oProxyCommand=x', /no name or address/],
    ['nonsense', /no address/],
  ])('%s is refused with the reason', (text, reason) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'ENGINE_ENDPOINT', message: expect.stringMatching(reason) }),
    );
  });

  test('a password is refused and not repeated', () => {
    expect(() => parse('ssh://deploy:hunter2@web1')).toThrow(
      /DOCKER_HOST is "ssh:\/\/deploy:\*\*\*@web1": it contains a password/,
    );
  });

  test.each(['unix:///a/b.sock', 'tcp://[fd00::5]:2375', 'ssh://deploy@web1:2222/a.sock', 'ssh://web1'])(
    '%s is described as people write it',
    (text) => {
      expect(describeEndpoint(parse(text))).toBe(text);
    },
  );
});

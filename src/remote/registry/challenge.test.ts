import { expect, test } from 'vitest';
import { challengeIn } from './challenge.ts';

test.each([
  ['Basic realm="muster"', { scheme: 'basic', parameters: { realm: 'muster' } }],
  [
    'Bearer realm="https://auth.host/token",service="registry.host",scope="repository:a/b:pull,push"',
    {
      scheme: 'bearer',
      parameters: { realm: 'https://auth.host/token', service: 'registry.host', scope: 'repository:a/b:pull,push' },
    },
  ],
  ['Basic realm="a", bearer Realm="https://h/t"', { scheme: 'bearer', parameters: { realm: 'https://h/t' } }],
  [String.raw`Basic realm="say \"hi\""`, { scheme: 'basic', parameters: { realm: 'say "hi"' } }],
  ['Bearer service="no realm"', null],
  ['Negotiate', null],
  ['', null],
])('%s asks for %j', (header, challenge) => expect(challengeIn(header)).toEqual(challenge));

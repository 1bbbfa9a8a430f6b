import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatLocation, normalLocation, parseLocation } from './host-location.ts';
import type { Hop } from './host-location.ts';

test.each([
  ['local', []],
  ['ssh://web1', [{ kind: 'ssh', user: '', host: 'web1', port: 0 }]],
  ['ssh://deploy@web1:2222', [{ kind: 'ssh', user: 'deploy', host: 'web1', port: 2222 }]],
  ['ssh://[fe80::1%eth0]:22', [{ kind: 'ssh', user: '', host: 'fe80::1%eth0', port: 22 }]],
  ['sudo://', [{ kind: 'sudo', user: '' }]],
  [
    'ssh://bastion,ssh://db1,sudo://postgres',
    [
      { kind: 'ssh', user: '', host: 'bastion', port: 0 },
      { kind: 'ssh', user: '', host: 'db1', port: 0 },
      { kind: 'sudo', user: 'postgres' },
    ],
  ],
  ['ssh://CORP%5Calice@web1', [{ kind: 'ssh', user: 'CORP\\alice', host: 'web1', port: 0 }]],
])('%s is understood, and written the same', (text, hops) => {
  expect(parseLocation(text)).toEqual(hops);
  expect(formatLocation(parseLocation(text))).toBe(text);
});

test.each([
  ['', 'nothing between its commas'],
  ['ssh://a,,sudo://', 'nothing between its commas'],
  ['web1', '"web1" is not understood'],
  ['docker://web1', 'no kind of host called "docker"'],
  ['ssh://', 'names no host'],
  ['ssh://@web1', 'no user before the @'],
  ['ssh://-oProxyCommand=x', 'is no name or address'],
  ['ssh://-oops', 'begin with a dash'],
  ['ssh://web1:0', 'no port 0'],
  ['ssh://web1:70000', 'no port 70000'],
  ['ssh://web1/srv', 'a host has no path'],
  ['ssh://web1;reboot', 'is no name or address'],
  ['ssh://a$(x)@web1', 'no name of a user'],
  ['ssh://%2DoX@web1', 'no name of a user'],
  ['ssh://a%0Ab@web1', 'no name of a user'],
  ['ssh://bob:secret@web1', 'contains a password'],
  ['sudo://root@web1', 'takes a user and no host'],
])('%j is refused with a reason', (text, why) => {
  expect(() => parseLocation(text)).toThrow(why);
});

test('a password does not come back in the error', () => {
  expect(() => parseLocation('ssh://bob:hunter2@web1')).toThrow(/^(?!.*hunter2)/);
});

test('whatever is accepted is written so that it reads back the same, and nothing in it is an option or means something to a shell', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (user, host) => {
      let hops;
      try {
        hops = parseLocation(
          `ssh://${encodeURIComponent(user.toWellFormed())}@${host},sudo://${encodeURIComponent(user.toWellFormed())}`,
        );
      } catch {
        return;
      }
      expect(parseLocation(formatLocation(hops))).toEqual(hops);
      for (const hop of hops) expect(Object.values(hop).join(' ')).not.toMatch(/(^| )-|[\n'"`$;&<>|(){}]/);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['local', 'local'],
  ['SSH://web1/', 'ssh://web1'],
  ['ssh://deploy@web1:0022', 'ssh://deploy@web1:22'],
  ['ssh://d%65ploy@web1', 'ssh://deploy@web1'],
  ['ssh://CORP%5calice@web1', 'ssh://CORP%5Calice@web1'],
  ['ssh://[10.0.0.1]', 'ssh://10.0.0.1'],
  ['ssh://bastion/,Sudo://root', 'ssh://bastion,sudo://'],
  ['sudo://root/', 'sudo://'],
  // With or without, another port or Host section of ~/.ssh/config may be meant.
  ['ssh://web1:22', 'ssh://web1:22'],
  ['ssh://WEB1', 'ssh://WEB1'],
  ['ssh://web1/srv', 'ssh://web1/srv'],
  ['nonsense', 'nonsense'],
])('%s has the normal form %s', (text, normal) => {
  expect(normalLocation(text)).toBe(normal);
});

test('every way to write a location has one normal form, which means the same and is its own', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
  const user = fc.oneof(word, fc.constantFrom('root', 'CORP\\alice', 'me@corp', 'é'));
  const ssh = fc.record({
    kind: fc.constant('ssh' as const),
    user: fc.oneof(fc.constant(''), user),
    host: fc.oneof(word, fc.constantFrom('10.0.0.1', '2001:db8::7', 'web1.example')),
    port: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 65_535 })),
  });
  const sudo = fc.record({ kind: fc.constant('sudo' as const), user: fc.oneof(fc.constant(''), user) });
  const hops = fc.array(fc.oneof(ssh, sudo), { minLength: 1, maxLength: 3 });
  const spelling = fc.record({ upper: fc.boolean(), slash: fc.boolean(), zeros: fc.nat(2), encoded: fc.boolean() });
  fc.assert(
    fc.property(hops, spelling, spelling, (way, one, other) => {
      const normal = normalLocation(spelt(way, one));
      expect(normalLocation(spelt(way, other))).toBe(normal);
      expect(normalLocation(normal)).toBe(normal);
      expect(parseLocation(normal)).toEqual(parseLocation(spelt(way, one)));
    }),
  );
});

type Spelling = { readonly upper: boolean; readonly slash: boolean; readonly zeros: number; readonly encoded: boolean };

function spelt(hops: readonly Hop[], { upper, slash, zeros, encoded }: Spelling): string {
  const userOf = (user: string): string =>
    encoded ? [...Buffer.from(user)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('') : encodeURIComponent(user);
  return hops
    .map((hop) => {
      const kind = upper ? hop.kind.toUpperCase() : hop.kind;
      const end = slash ? '/' : '';
      if (hop.kind === 'sudo') return `${kind}://${userOf(hop.user)}${end}`;
      const host = hop.host.includes(':') ? `[${hop.host}]` : hop.host;
      const port = hop.port === 0 ? '' : `:${String(hop.port).padStart(Math.min(5, String(hop.port).length + zeros), '0')}`;
      return `${kind}://${hop.user === '' ? '' : `${userOf(hop.user)}@`}${host}${port}${end}`;
    })
    .join(',');
}

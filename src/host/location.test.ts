import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatLocation, parseLocation } from './location.ts';

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

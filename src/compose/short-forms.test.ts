import { expect, test } from 'vitest';
import { parseBytes } from './bytes.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { splitShellWords } from '#lib/shell-words.ts';
import { parsePort } from './short-port.ts';
import { parseVolume } from './short-volume.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test.each([
  ['80', [{ target: 80 }]],
  ['8080:80/udp', [{ target: 80, published: '8080', protocol: 'udp' }]],
  [
    '127.0.0.1:1-2:3-4',
    [
      { host_ip: '127.0.0.1', target: 3, published: '1' },
      { host_ip: '127.0.0.1', target: 4, published: '2' },
    ],
  ],
  ['[::1]:1:2', [{ host_ip: '::1', target: 2, published: '1' }]],
  ['8000-8003:80', [{ target: 80, published: '8000-8003' }]],
])('port %s', (spec, expected) => {
  expect(plain(parsePort(spec))).toEqual(expected.map((port) => ({ mode: 'ingress', protocol: 'tcp', ...port })));
});

test.each(['', 'x', '1:2:3', '80-79', '1-2:3-5', '70000', '80/xyz', 'host:1:2'])('port "%s" is refused', (spec) => {
  expect(() => parsePort(spec)).toThrow();
});

test.each([
  ['/data', { type: 'volume', target: '/data', volume: {} }],
  ['vol:/data:ro', { type: 'volume', source: 'vol', target: '/data', read_only: true, volume: {} }],
  [
    './a:/b:z,rshared',
    { type: 'bind', source: './a', target: '/b', bind: { create_host_path: true, selinux: 'z', propagation: 'rshared' } },
  ],
  ['C:\\a:/b', { type: 'bind', source: 'C:\\a', target: '/b', bind: { create_host_path: true } }],
  ['${A:-x}:/b', { type: 'volume', source: '${A:-x}', target: '/b', volume: {} }],
])('volume %s', (spec, expected) => expect(plain(parseVolume(spec))).toEqual(expected));

test.each(['', 'ab::c', 'ab:cd:ef:gh'])('volume "%s" is refused', (spec) => expect(() => parseVolume(spec)).toThrow());

test.each([
  ['90s', '1m30s'],
  ['1d2h', '26h0m0s'],
  ['1.5s', '1.5s'],
  ['100us', '100µs'],
  ['0.3333333333333333h', '20m0s'],
  ['0', '0s'],
])('duration %s is printed %s', (text, printed) => expect(formatDuration(parseDuration(text) ?? -1n)).toBe(printed));

test.each(['', '5', 's', '1x', '1 s'])('"%s" is no duration', (text) => expect(parseDuration(text)).toBeNull());

test.each([
  ['64m', 67108864n],
  ['1.5GiB', 1610612736n],
  ['512', 512n],
  ['1 kb', 1024n],
  ['1e3k', 1024000n],
  ['0x1p4', 16n],
  ['1_000', 1000n],
  ['9999999999g', -(2n ** 63n)],
  ['1__0', null],
  ['1kbb', null],
  ['x', null],
  ['-1', null],
  ['1mm', null],
])('size %s', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

test.each([
  ['echo "a b" c\\ d', ['echo', 'a b', 'c d']],
  ['a && b', ['a']],
  ['a $(b c)', ['a', '$(b c)']],
  ["''", ['']],
  ['a "b', null],
  ['(a)', null],
])('command line %s', (line, words) => expect(splitShellWords(line)).toEqual(words));

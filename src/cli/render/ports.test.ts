import { expect, test } from 'vitest';
import type { ObservedPort } from '#model/observed.ts';
import { portsText } from './ports.ts';

const port = (hostIp: string, hostPort: number, target: number, protocol = 'tcp'): ObservedPort => ({
  hostIp,
  hostPort,
  target,
  protocol,
});

test('neighbouring ports make one range, per address and protocol', () => {
  expect(portsText([port('0.0.0.0', 81, 81), port('0.0.0.0', 80, 80), port('::', 80, 80), port('::', 81, 81)])).toBe(
    '0.0.0.0:80-81->80-81/tcp, [::]:80-81->80-81/tcp',
  );
});

test('a port published elsewhere shows both sides, one that is not published only itself', () => {
  expect(portsText([port('0.0.0.0', 32768, 53, 'udp'), port('', 0, 9000), port('', 0, 9001), port('', 0, 9003)])).toBe(
    '9000-9001/tcp, 9003/tcp, 0.0.0.0:32768->53/udp',
  );
});

test('a port that a native program holds on no address in particular', () => {
  expect(portsText([port('', 3001, 3000), port('', 80, 80)])).toBe('*:80->80/tcp, *:3001->3000/tcp');
});

import { expect, test } from 'vitest';
import { socketRows } from './socket-table.ts';

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (local: string, state: string, inode: number): string =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;

test('listening TCP sockets are found with address, port and inode; connected ones are not', () => {
  const table = header + row('0100007F:1F90', '0A', 11) + row('00000000:0050', '0A', 12) + row('0100007F:C350', '01', 13);
  expect(socketRows(table, 'tcp')).toEqual([
    { hostIp: '127.0.0.1', port: 8080, protocol: 'tcp', inode: '11' },
    { hostIp: '0.0.0.0', port: 80, protocol: 'tcp', inode: '12' },
  ]);
});

test('bound UDP sockets count', () => {
  expect(socketRows(header + row('00000000:0035', '07', 5), 'udp')[0]).toMatchObject({ port: 53, protocol: 'udp' });
});

test.each([
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000001000000', '::1'],
  ['0000000000000000FFFF00000100007F', '127.0.0.1'],
  ['B80D0120000000000000000005000000', '2001:db8:0:0:0:0:0:5'],
])('the IPv6 address %s is %s', (hex, address) => {
  expect(socketRows(header + row(`${hex}:0050`, '0A', 1), 'tcp6')[0]?.hostIp).toBe(address);
});

test('an empty table has no sockets', () => {
  expect(socketRows(header, 'tcp')).toEqual([]);
});

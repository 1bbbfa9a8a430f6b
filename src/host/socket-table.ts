// /proc/net/{tcp,tcp6,udp,udp6}: who listens, by inode. https://docs.kernel.org/networking/proc_net_tcp.html

export type SocketRow = {
  readonly hostIp: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly inode: string;
};

export const socketTables = ['tcp', 'tcp6', 'udp', 'udp6'] as const;

export type SocketTable = (typeof socketTables)[number];

/** `file` is the table's name: it says protocol and family. */
export function socketRows(table: string, file: SocketTable): SocketRow[] {
  const protocol = file.startsWith('tcp') ? 'tcp' : 'udp';
  // 0A is LISTEN; a UDP socket that is bound and not connected is in 07 (CLOSE).
  const wantedState = protocol === 'tcp' ? '0A' : '07';
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      if (state !== wantedState || port === '') return [];
      return [{ hostIp: file.endsWith('6') ? ipv6(address) : ipv4(address), port: Number.parseInt(port, 16), protocol, inode }];
    });
}

/** The kernel prints each 32-bit word in the machine's byte order, which is little-endian wherever Docker runs. */
function ipv4(hex: string): string {
  return octets(hex).toReversed().join('.');
}

function ipv6(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => octets(word).toReversed());
  if (bytes.every((byte) => byte === 0)) return '::';
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes.slice(12).join('.');
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return '::1';
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(':');
}

const octets = (hex: string): number[] => (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));

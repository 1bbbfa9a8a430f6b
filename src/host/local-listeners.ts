import { readFile } from 'node:fs/promises';
import type { ListeningSocket } from './host.ts';
import { ownersOf } from './socket-owners.ts';
import { socketRows, socketTables } from './socket-table.ts';

export async function localListeners(only?: ReadonlySet<string>): Promise<ListeningSocket[]> {
  const tables = await Promise.all(
    // A kernel without IPv6 has no such table; a system that is not Linux has none.
    socketTables.map(async (table) => socketRows(await readFile(`/proc/net/${table}`, 'utf8').catch(() => ''), table)),
  );
  const rows = tables.flat().filter((row) => only?.has(`${row.port}/${row.protocol}`) ?? true);
  const owners = await ownersOf(new Set(rows.map((row) => row.inode)));
  return rows.map(({ hostIp, port, protocol, inode }) => ({ hostIp, port, protocol, owner: owners.get(inode) ?? null }));
}

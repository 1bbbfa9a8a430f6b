import { readdir, readFile, readlink } from 'node:fs/promises';
import { mapLimit } from '#lib/map-limit.ts';

export type Owner = { readonly pid: number; readonly name: string };

/**
 * The processes that have these sockets open, by inode. Others' processes can't be looked into without privilege: their sockets are
 * left out. Only for sockets that are known to be in the way, because it reads every process's descriptors.
 */
export async function ownersOf(inodes: ReadonlySet<string>): Promise<ReadonlyMap<string, Owner>> {
  const owners = new Map<string, Owner>();
  if (inodes.size === 0) return owners;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  await mapLimit(pids, 16, async (pid) => {
    for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode === undefined || !inodes.has(inode) || owners.has(inode)) continue;
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      owners.set(inode, { pid: Number(pid), name: name.trim() });
    }
  });
  return owners;
}

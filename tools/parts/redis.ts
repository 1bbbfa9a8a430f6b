// Redis for the guest book's native store: this machine's own, else Debian's package, unpacked.

import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './cache.ts';
import { unpackedPackage } from './debian.ts';
import { libraryPath } from './library-path.ts';

const installed = '/usr/bin/redis-server';

/** The guest book's variables for it. */
export async function redisSettings(): Promise<{ readonly REDIS_SERVER: string; readonly REDIS_LIBRARIES: string }> {
  if (await exists(installed)) return { REDIS_SERVER: installed, REDIS_LIBRARIES: '' };
  // The server is a program of redis-tools under another name; the package redis-server has only the link.
  const root = await unpackedPackage('redis-tools');
  const server = join(root, 'usr/bin/redis-server');
  if (!(await exists(server))) await symlink('redis-check-rdb', server);
  return { REDIS_SERVER: server, REDIS_LIBRARIES: libraryPath(root) };
}

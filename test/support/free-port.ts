// Ports for servers that are told theirs before they listen.

import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ones that systems hand out by themselves (from 32768 on Linux): nobody gets it by chance before its server listens. */
const [first, last] = [21_000, 29_999];
let next = first + ((process.pid * 37) % (last - first));

/** Nobody listens there, and no other test of this process is told the same one. */
export async function freePort(): Promise<number> {
  for (let tries = first; tries <= last; tries++) {
    const port = next;
    next = port === last ? first : port + 1;
    if (await isFree(port)) return port;
  }
  throw new Error(`something listens on every port from ${first} to ${last}`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port);
  const isTaken = await once(probe, 'listening').then(
    () => false,
    () => true,
  );
  if (isTaken) return false;
  probe.close();
  await once(probe, 'close');
  return true;
}

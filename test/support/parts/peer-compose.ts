// Docker Compose, to compare with: its behaviour is the oracle of the tests, its speed the mark of the benchmarks.

import { join } from 'node:path';
import { exists } from '../../../tools/parts/cache.ts';
import { isDebian, unpackedFromSuite } from '../../../tools/parts/debian.ts';
import { mustRun } from '../../../tools/parts/run.ts';

/** Path of a docker-compose 2.x binary: MUSTER_PEER when set, else Debian sid's package, unpacked into the cache. */
export async function peerCompose(): Promise<string> {
  const chosen = process.env['MUSTER_PEER'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (!(await isDebian())) throw new Error('set MUSTER_PEER to a docker-compose 2.40 binary: it can be fetched only on Debian');
  const folder = await unpackedFromSuite('docker-compose', 'sid');
  for (const path of [
    'usr/libexec/docker/cli-plugins/docker-compose',
    'usr/bin/docker-compose',
    'usr/lib/docker/cli-plugins/docker-compose',
  ])
    if (await exists(join(folder, path))) return join(folder, path);
  throw new Error(`no docker-compose binary in the unpacked package ${folder}`);
}

/** "2.40.3". */
export async function peerVersion(): Promise<string> {
  return (await mustRun(await peerCompose(), ['version', '--short']))
    .trim()
    .replace(/^v/, '')
    .replace(/[-+~].*/, '');
}

if (import.meta.main) console.log(await peerCompose(), await peerVersion());

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localHost } from '#host/local.ts';
import { hostContract } from './host.ts';

hostContract('local', async () => {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'muster-host-')));
  return { host: localHost(), directory, close: () => rm(directory, { recursive: true }) };
});

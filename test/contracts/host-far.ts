// Hosts that are this machine behind an sshd or sudo of the test's own.

import { chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHost } from '#host/open.ts';
import { startSshServer } from '../support/parts/ssh-server.ts';
import type { SshServer, SshServerOptions } from '../support/parts/ssh-server.ts';
import { makeTestUser } from '../support/parts/test-user.ts';
import type { TestUser } from '../support/parts/test-user.ts';
import type { MadeHost } from './host.ts';

export type Far = { readonly server: SshServer; readonly user: TestUser; readonly ssh: string; close(): Promise<void> };

/** An sshd and a user of it who may use sudo without being asked. `ssh`: their location. */
export async function makeFar(options?: SshServerOptions): Promise<Far> {
  const user = makeTestUser({ sudo: 'always' });
  const server = await startSshServer(options);
  return {
    server,
    user,
    ssh: `ssh://${user.name}@127.0.0.1:${server.port}`,
    async close() {
      await server.close();
      user.remove();
    },
  };
}

/** The host of a location made from what there is, with a directory that its user owns. */
export async function makeFarHost(locationOf: (far: Far) => string): Promise<MadeHost> {
  const far = await makeFar();
  const host = await openHost(locationOf(far));
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'muster-host-')));
  const { uid, gid } = await host.facts();
  chownSync(directory, uid, gid);
  return {
    host,
    directory,
    async close() {
      rmSync(directory, { recursive: true });
      await far.close();
    },
  };
}

// Over SSH, with the system's own ssh and the user's own configuration, keys, agent and known_hosts. One connection is shared by all
// commands; it ends with us, however we end, because it lasts as long as a pipe of ours.

import { untilAborted } from '#lib/cancel.ts';
import type { Host, HostProcess } from './host.ts';
import { formatLocation, parseLocation } from '#model/host-location.ts';
import type { Hop } from '#model/host-location.ts';
import type { Reach } from './shell/reach.ts';
import { shellHost } from './shell/shell-host.ts';
import { bootProgram } from './shell/words.ts';
import { SshConnection } from './ssh-connection.ts';
import { explainSsh } from './ssh-failure.ts';
import { forwardedConnection } from './ssh-forward.ts';
import { takeTurns } from './take-turns.ts';

export type SshOptions = Omit<Extract<Hop, { kind: 'ssh' }>, 'kind'> & {
  /** ssh may ask on our terminal: for a passphrase, a password, a second factor. Host keys are never accepted by us. */
  readonly mayAsk: boolean;
};

/** sshd carries ten sessions on a connection unless told otherwise; some are kept for what runs long. */
const shortCommandsAtOnce = 6;

export function sshHost(outer: Host, { mayAsk, ...hop }: SshOptions): Host {
  const location = formatLocation([...parseLocation(outer.location), { kind: 'ssh', ...hop }]);
  const connection = new SshConnection(outer, hop, { location, mayAsk });
  const turn = takeTurns(shortCommandsAtOnce);

  const reach: Reach = {
    location,
    async start({ alone, short, signal }) {
      if (!short) return open(alone, signal);
      const done = await turn();
      try {
        const process = await open(alone, signal);
        void process.ended.finally(done).catch(() => {});
        return process;
      } catch (error) {
        done();
        throw error;
      }
    },
    explain: (said, end, { alone }) => explainSsh(said, end, { hop, location, alone }),
    connect: (target) => forwardedConnection({ outer, connection, far: host, location }, target),
    async close() {
      await connection.close();
      await outer.close();
    },
  };

  async function open(alone: boolean, signal?: AbortSignal): Promise<HostProcess> {
    const args = alone ? connection.ownArguments() : await untilAborted(connection.sharedArguments(), signal);
    return outer.spawn({ argv: ['ssh', ...args, `exec /bin/sh -c '${bootProgram}'`] });
  }

  const host = shellHost(reach);
  return host;
}

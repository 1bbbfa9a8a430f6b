import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectTarget } from './host.ts';

/** Connected, or rejected with what the system said (ENOENT, ECONNREFUSED, …). Ending it half-closes. */
export async function connectLocally(target: ConnectTarget): Promise<Duplex> {
  const socket =
    'unix' in target
      ? connect({ path: target.unix, allowHalfOpen: true })
      : connect({ host: target.host, port: target.port, allowHalfOpen: true });
  try {
    await once(socket, 'connect');
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

import { MusterError } from '#lib/errors.ts';
import { findScope } from '../application.ts';
import type { Invocation } from '../command.ts';
import { withRuntime } from '../connect.ts';
import { replicasOf } from '../known-services.ts';
import { pickReplica } from '../pick-replica.ts';
import { hostPort, portsText } from '../render/ports.ts';
import type { portFlags } from './port.ts';

export async function run({ app, flags, args }: Invocation<typeof portFlags>): Promise<void> {
  const [service = '', portText = ''] = args;
  const target = portNumber(portText);
  const scope = await findScope(app);
  const { project } = scope;
  const replica = await withRuntime(app, scope, async (runtime) => {
    const observed = await runtime.observe({ project, only: 'replicas', signal: app.interrupts.signal });
    await replicasOf(app, observed, [service]);
    return pickReplica(observed, { service, index: flags.index, inFile: [service] });
  });
  const found = replica.ports.find((port) => port.target === target && port.protocol === flags.protocol && port.hostPort !== 0);
  if (found === undefined)
    throw new MusterError('BAD_ARGUMENT', `${replica.name} does not publish port ${target}/${flags.protocol}`, {
      hint: replica.ports.length === 0 ? 'it publishes none' : `it has: ${portsText(replica.ports)}`,
    });
  // A native program listens where it likes: as far as anybody knows, everywhere.
  app.terminal.stdout.write(`${hostPort(found.hostIp === '' ? '0.0.0.0' : found.hostIp, String(found.hostPort))}\n`);
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new MusterError('BAD_ARGUMENT', `"${text}" is not a port`, {
    hint: 'give the number of the port inside the container: muster port web 80',
  });
}

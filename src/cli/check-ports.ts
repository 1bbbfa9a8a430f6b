// Replicas without a health check: what a port that they publish answers.

import { mapLimit } from '#lib/map-limit.ts';
import type { ObservedReplica } from '#model/observed.ts';
import { type Check, needsCheck } from '#plan/status.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { probe } from '#runtime/remote/probe.ts';
import { bracketed } from '#engine/endpoint.ts';

const health = { timeout: '1s' };

/** By replica; only those that publish a TCP port. */
export async function checkPorts(
  replicas: readonly ObservedReplica[],
  runtimes: ReadonlyMap<string, Runtime>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Check>> {
  const checks = new Map<string, Check>();
  await mapLimit(replicas.filter(needsCheck), 16, async (replica) => {
    const address = addressOf(replica, runtimes.get(replica.runtime));
    if (address !== null) checks.set(replica.id, await checkPort(address, signal));
  });
  return checks;
}

function addressOf({ ports }: ObservedReplica, runtime: Runtime | undefined): string | null {
  const port = ports.find(({ hostPort, protocol }) => hostPort > 0 && protocol === 'tcp');
  if (port === undefined) return null;
  const here = ['', '0.0.0.0', '::'].includes(port.hostIp) ? '127.0.0.1' : port.hostIp;
  return `${bracketed(runtime?.traits.place?.address ?? here)}:${port.hostPort}`;
}

/** Many a port speaks something else than HTTP, or wants to hear from us first. */
async function checkPort(address: string, signal: AbortSignal): Promise<Check> {
  const http = await probe({ url: `http://${address}/`, expected_status: ['100-499'], health }, {}, signal);
  if (http.isReached)
    return { isWell: http.isWell, said: `${http.isWell ? http.said : http.said.replace(/, not .*/, '')} on ${address}` };
  const tcp = await probe({ url: `tcp://${address}`, health }, {}, signal);
  return { isWell: tcp.isWell, said: `${address} ${tcp.isWell ? tcp.said : `does not answer: ${tcp.said}`}` };
}

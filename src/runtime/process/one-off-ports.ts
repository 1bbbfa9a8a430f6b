// A one-off publishes beside the replicas of its own service: what those hold is taken, too.

import { MusterError } from '#lib/errors.ts';
import { addressesOverlap } from '#model/addresses-overlap.ts';
import { nativePorts } from '#model/muster-extension.ts';
import type { HeldPort } from '#model/observed.ts';
import { portKeys } from '../ports/wanted-ports.ts';
import type { LaunchFacts } from './launch/launch-facts.ts';
import { assignPorts } from './launch/ports.ts';
import { heldPorts, keyOf } from './observe/held-ports.ts';
import type { ProcessSetting } from './setting.ts';

/** The same with the ports that are taken. Throws PORT_IN_USE. */
export async function besideOthers(setting: ProcessSetting, facts: LaunchFacts, signal: AbortSignal): Promise<LaunchFacts> {
  const held = await heldPorts(setting, facts.project.name, portKeys(nativePorts(facts.definition)), signal);
  const chosen = { ...facts, takenPorts: new Set(held.map(keyOf)) };
  for (const { hostIp, hostPort, protocol } of assignPorts(facts.definition, chosen).ports) {
    const holder = held.find(
      (each) => each.port === hostPort && each.protocol === protocol && addressesOverlap(each.hostIp, hostIp),
    );
    if (holder !== undefined) throw inUse(holder, facts.service);
  }
  return chosen;
}

function inUse({ port, protocol, holder }: HeldPort, service: string): MusterError {
  return new MusterError('PORT_IN_USE', `host port ${port}/${protocol} that service ${service} publishes is held by ${holder}`, {
    hint: 'run it without --service-ports, publish another host port, or stop the holder',
  });
}

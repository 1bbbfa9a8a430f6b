// IP addresses of the hosts that runtimes are on, for hosts files, which take nothing else.

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostAddresses } from '#model/host-names.ts';
import type { RuntimePlace, TraitsByRuntime } from '#model/runtime-traits.ts';

/** A name that only the ssh configuration knows must not hold up those that DNS knows. */
const patienceMs = 2000;

/** Of all that are not this machine. One whose name means nothing here is left out: its services are reached by reference or not at all. */
export async function hostAddresses(runtimes: TraitsByRuntime): Promise<HostAddresses> {
  const places = new Map(
    Object.values(runtimes).flatMap(({ place }) => (place === undefined ? [] : [[place.host, place] as const])),
  );
  const found = await Promise.all([...places.values()].map(async (place) => [place.host, await ipOf(place)] as const));
  return Object.fromEntries(found.filter((each): each is [string, string] => each[1] !== null));
}

async function ipOf({ address }: RuntimePlace): Promise<string | null> {
  if (isIP(address) !== 0) return address;
  const found = lookup(address).then(
    ({ address: ip }) => ip,
    () => null,
  );
  return Promise.race([found, delay(patienceMs, null, { ref: false })]);
}

// Published ports as numbers, and when two of them can't be had at once.

import { MusterError } from '#lib/errors.ts';
import type { Port } from '#model/project.ts';

export type WantedPort = {
  /** '' means every address, IPv4 and IPv6. */
  readonly hostIp: string;
  /** null: the engine chooses. */
  readonly first: number | null;
  readonly last: number | null;
  readonly target: number;
  readonly protocol: string;
};

/** Throws PORT_INVALID. */
export function parsePort(port: Port, where = ''): WantedPort {
  const protocol = port.protocol ?? 'tcp';
  const published = port.published ?? '';
  const shown = `${published === '' ? '' : `${published}:`}${port.target}/${protocol}`;
  const refuse = (problem: string): MusterError =>
    new MusterError('PORT_INVALID', `${where === '' ? '' : `${where}: `}port ${shown}: ${problem}`, {
      hint: 'write HOST:CONTAINER, e.g. "8080:80", with ports from 1 to 65535',
    });
  if (!isPort(port.target)) throw refuse(`the container port is not a port`);
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) throw refuse('the protocol is none of tcp, udp, sctp');
  if (published === '' || published === '0')
    return { hostIp: port.host_ip ?? '', first: null, last: null, target: port.target, protocol };
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(published);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || !isPort(first) || !isPort(last)) throw refuse('the host port is not a port');
  if (last < first) throw refuse('the range of host ports runs backwards');
  return { hostIp: port.host_ip ?? '', first, last, target: port.target, protocol };
}

const isPort = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 65_535;

// The PORTS column: neighbouring ports in one range, unpublished ones without an arrow, as docker prints them.

import type { ObservedPort } from '#model/observed.ts';

type Range = { readonly hostIp: string; readonly protocol: string; first: number; last: number };

export function portsText(ports: readonly ObservedPort[]): string {
  const done: string[] = [];
  const mapped: string[] = [];
  const open = new Map<string, Range>();
  for (const port of ports.map(anywhere).sort(byTarget)) {
    if (port.hostIp !== '' && port.hostPort !== port.target) {
      mapped.push(`${hostPort(port.hostIp, String(port.hostPort))}->${port.target}/${port.protocol}`);
      continue;
    }
    const key = `${port.hostIp}/${port.protocol}`;
    const range = open.get(key);
    if (range !== undefined && port.target === range.last + 1) {
      range.last = port.target;
      continue;
    }
    if (range !== undefined) done.push(rangeText(range));
    open.set(key, { hostIp: port.hostIp, protocol: port.protocol, first: port.target, last: port.target });
  }
  return [...done, ...[...open.values()].map(rangeText), ...mapped].join(', ');
}

/** A native program listens where it likes. */
function anywhere(port: ObservedPort): ObservedPort {
  return port.hostIp === '' && port.hostPort > 0 ? { ...port, hostIp: '*' } : port;
}

function rangeText({ hostIp, protocol, first, last }: Range): string {
  const range = first === last ? String(first) : `${first}-${last}`;
  return hostIp === '' ? `${range}/${protocol}` : `${hostPort(hostIp, range)}->${range}/${protocol}`;
}

export function hostPort(ip: string, port: string): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function byTarget(a: ObservedPort, b: ObservedPort): number {
  return a.target - b.target || compare(a.hostIp, b.hostIp) || a.hostPort - b.hostPort || compare(a.protocol, b.protocol);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

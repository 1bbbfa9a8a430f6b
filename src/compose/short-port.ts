// `[[ip:]host[-host]:]container[-container][/protocol]`: the short form of a port, as the engine's own tools read it.

import { isIpAddress } from './ip.ts';
import { ShortFormError } from './short-volume.ts';
import { newMapping, scalarText, type Mapping } from './tree.ts';

type Range = { readonly start: number; readonly end: number };

/** One entry per container port, in the order of their text, as Docker Compose has them. */
export function parsePort(spec: string): Mapping[] {
  const { ip, host, container, protocol } = splitSpec(spec);
  if (container === '') throw new ShortFormError(`no port specified: ${spec}<empty>`);
  const target = rangeOf(container, `invalid containerPort: ${container}`);
  const published = host === '' ? null : rangeOf(host, `invalid hostPort: ${host}`);
  const targets = target.end - target.start;
  const hosts = published === null ? 0 : published.end - published.start;
  const isAnyOf = published !== null && targets === 0 && hosts > 0;
  if (published !== null && targets !== hosts && !isAnyOf)
    throw new ShortFormError(`invalid ranges specified for container and host Ports: ${container} and ${host}`);
  if (!['tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())) throw new ShortFormError(`invalid proto: ${protocol}`);
  const ports: Mapping[] = [];
  for (let offset = 0; offset <= targets; offset++) {
    const port = newMapping();
    port['mode'] = 'ingress';
    if (ip !== '') port['host_ip'] = ip;
    port['target'] = target.start + offset;
    if (published !== null)
      port['published'] = isAnyOf ? `${published.start}-${published.end}` : String(published.start + offset);
    port['protocol'] = protocol.toLowerCase();
    ports.push(port);
  }
  return ports.sort((left, right) => (scalarText(left['target'] ?? null) < scalarText(right['target'] ?? null) ? -1 : 1));
}

function splitSpec(spec: string): { ip: string; host: string; container: string; protocol: string } {
  const [mapping = '', protocol = ''] = spec.split('/');
  const parts = mapping.split(':');
  const container = parts.pop() ?? '';
  const host = parts.pop() ?? '';
  const rawIp = parts.join(':');
  const ip = rawIp.replace(/^\[(.*)\]$/, '$1');
  const isBare = ip === rawIp && ip.includes(':');
  if (ip !== '' && (isBare || !isIpAddress(ip))) throw new ShortFormError(`invalid IP address: ${rawIp}`);
  return { ip, host, container, protocol: protocol === '' ? 'tcp' : protocol };
}

function rangeOf(text: string, message: string): Range {
  // What follows a second hyphen is not looked at, as in Docker Compose.
  const match = /^(\d+)(?:-(\d+)(?:-.*)?)?$/.exec(text);
  const start = Number(match?.[1] ?? NaN);
  const end = Number(match?.[2] ?? start);
  if (start > 65535 || end > 65535) throw new ShortFormError(`${message}: ports end at 65535`);
  if (match === null || end < start) throw new ShortFormError(message);
  return { start, end };
}

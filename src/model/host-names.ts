import { createHash } from 'node:crypto';

/** Names at which services of a project are found from their host's own network, each with its addresses in the order of replicas. */
export type HostNames = Readonly<Record<string, readonly string[]>>;

/** IP addresses of other hosts, by their location: a hosts file takes nothing else. One whose name means nothing here is missing. */
export type HostAddresses = Readonly<Record<string, string>>;

/** Tells two sets of names apart without sending them: of a thousand services each knows a thousand names. */
export const hostNamesDigest = (names: HostNames): string => createHash('sha256').update(textOf(names)).digest('hex');

const textOf = (names: HostNames): string =>
  Object.keys(names)
    .sort()
    .map((name) => `${name} ${names[name]?.join(' ') ?? ''}`)
    .join('\n');

/** Names at which services of a project are found from their host's own network, each with its addresses in the order of replicas. */
export type HostNames = Readonly<Record<string, readonly string[]>>;

export const sameNames = (one: HostNames, other: HostNames): boolean => textOf(one) === textOf(other);

const textOf = (names: HostNames): string =>
  Object.keys(names)
    .sort()
    .map((name) => `${name} ${names[name]?.join(' ') ?? ''}`)
    .join('\n');

import type { Port } from '#model/project.ts';

/**
 * Replica n takes the n-th port of a range that no stranger holds, so that ports stay where they were and no two replicas get the same; one
 * that another replica has got from an earlier order is passed over, too. An engine would choose as well, but in the order of starts, and two starts
 * at a time race for one port. Answers what is published as it stands where nothing fits, or there is nothing to choose.
 */
export function replicaPort(
  port: Port,
  number: number | null,
  takenPorts: ReadonlySet<string>,
  ofOtherReplicas: ReadonlySet<string> = new Set(),
): string {
  const { published = '', protocol = 'tcp' } = port;
  const range = /^(\d+)-(\d+)$/.exec(published);
  if (range === null) return published;
  const [first, last] = [Number(range[1]), Number(range[2])];
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const free = all.filter((candidate) => !takenPorts.has(`${candidate}/${protocol}`));
  const start = (number ?? 1) - 1;
  const found = free.slice(start).find((candidate) => !ofOtherReplicas.has(`${candidate}/${protocol}`));
  return found === undefined ? published : String(found);
}

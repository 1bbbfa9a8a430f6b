import type { Port } from '#model/project.ts';

/**
 * Replica n takes the n-th port of a range, so that ports stay where they were; one that somebody holds is passed over. An engine
 * would choose too, but in the order of starts, and two starts at a time race for one port. Answers what is published as it stands where
 * nothing fits, or there is nothing to choose.
 */
export function replicaPort(port: Port, number: number | null, takenPorts: ReadonlySet<string>): string {
  const published = port.published ?? '';
  const range = /^(\d+)-(\d+)$/.exec(published);
  if (range === null) return published;
  const [first, last] = [Number(range[1]), Number(range[2])];
  const size = last - first + 1;
  const start = (number ?? 1) - 1;
  if (start >= size) return published;
  for (let step = 0; start + step < size; step++) {
    const candidate = first + start + step;
    if (!takenPorts.has(`${candidate}/${port.protocol ?? 'tcp'}`)) return String(candidate);
  }
  return published;
}

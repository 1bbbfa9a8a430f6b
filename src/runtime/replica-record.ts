// What the labels of a replica say, the same for every runtime.

import { label } from '#model/labels.ts';
import type { ObservedReplica, ReplicaState } from '#model/observed.ts';
import type { Service } from '#model/project.ts';
import type { ProjectSummary } from './runtime.ts';

type Labels = Readonly<Record<string, string>>;

export const isOneOff = (labels: Labels): boolean => labels[label.oneOff] === 'True';

/** 0 for one-offs. */
export const numberFrom = (labels: Labels): number => (isOneOff(labels) ? 0 : Number(labels[label.number] ?? 0));

/** The label stays for good; the temporary name goes when the replacement is finished. */
export function replacedName(name: string, labels: Labels): string | null {
  if (labels[label.replace] === undefined) return null;
  return /^[0-9a-f]{12}_(.+)$/.exec(name)?.[1] ?? null;
}

/** null for replicas of other tools, and for a label that somebody else wrote. */
export function recordedConfig(text: string | undefined): Partial<Service> | null {
  if (text === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    // Written by recordService from a Service; environment values are marks.
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** One-offs last. */
export function byServiceAndNumber(a: ObservedReplica, b: ObservedReplica): number {
  if (a.service !== b.service) return a.service < b.service ? -1 : 1;
  return Number(a.oneOff) - Number(b.oneOff) || a.number - b.number || a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1);
}

export type ListedReplica = { readonly labels: Labels; readonly state: ReplicaState };

/** By project name, one-offs left out. */
export function summarize(replicas: readonly ListedReplica[]): ProjectSummary[] {
  const members = replicas.filter(({ labels }) => labels[label.project] !== undefined && !isOneOff(labels));
  const byProject = Map.groupBy(members, ({ labels }) => labels[label.project] ?? '');
  return [...byProject.keys()].sort().map((name) => {
    const own = byProject.get(name) ?? [];
    const files = new Set(own.flatMap(({ labels }) => labels[label.configFiles]?.split(',') ?? []).filter((file) => file !== ''));
    return { name, replicas: countStates(own), configFiles: [...files] };
  });
}

function countStates(replicas: readonly ListedReplica[]): ProjectSummary['replicas'] {
  const counts: Partial<Record<ReplicaState, number>> = {};
  for (const { state } of replicas) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

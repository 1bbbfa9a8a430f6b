// A plan in numbers, counted in things and not in steps: a replacement is one, though it takes five steps.

import type { Plan, Step } from '#model/plan.ts';

export type Counts = {
  readonly pull: number;
  readonly build: number;
  readonly run: number;
  readonly create: number;
  readonly replace: number;
  readonly start: number;
  readonly restart: number;
  readonly stop: number;
  readonly remove: number;
  readonly change: number;
  readonly unchanged: number;
};

export function countsOf(plan: Plan): Counts {
  const counts = {
    pull: 0,
    build: 0,
    run: 0,
    create: 0,
    replace: 0,
    start: 0,
    restart: 0,
    stop: 0,
    remove: 0,
    change: 0,
    unchanged: plan.unchanged.length,
  };
  const bySubject = Map.groupBy(plan.steps, subjectKey);
  const replaced = new Set(plan.steps.flatMap((step) => step.options.replaces?.id ?? []));
  for (const steps of bySubject.values()) {
    const what = happens(steps, replaced);
    if (what !== null) counts[what]++;
  }
  return counts;
}

/** "2 to create, 1 to replace, 3 unchanged". */
export function countsInWords(counts: Counts): string {
  const parts = (Object.keys(counts) as (keyof Counts)[])
    .filter((what) => counts[what] > 0)
    .map((what) => (what === 'unchanged' ? `${counts[what]} unchanged` : `${counts[what]} to ${what}`));
  return parts.length === 0
    ? 'nothing to do'
    : parts.length === 1 && counts.unchanged > 0
      ? `nothing to do, ${parts[0]}`
      : parts.join(', ');
}

/** What becomes of one subject; null for what belongs to another's replacement, or only waits. */
function happens(steps: readonly Step[], replaced: ReadonlySet<string>): keyof Counts | null {
  const kinds = new Set(steps.map((step) => step.kind));
  const subject = steps[0]?.subject;
  if (subject?.type === 'replica' && subject.id !== null && replaced.has(subject.id)) return null;
  if (kinds.has('pull-image')) return 'pull';
  if (kinds.has('build-image')) return 'build';
  if (kinds.has('run-provider')) return 'run';
  if (kinds.has('end-provider')) return 'remove';
  const create = steps.find((step) => step.kind.startsWith('create-'));
  const remove = steps.some((step) => step.kind.startsWith('remove-'));
  if (create !== undefined) return remove || create.options.replaces !== undefined ? 'replace' : 'create';
  if (remove) return 'remove';
  if (kinds.has('rename-replica')) return 'replace';
  const stops = kinds.has('stop-replica') || kinds.has('kill-replica') || kinds.has('stop-provider');
  if (kinds.has('restart-replica') || (stops && kinds.has('start-replica'))) return 'restart';
  if (kinds.has('start-replica')) return 'start';
  if (stops) return 'stop';
  return kinds.has('connect-network') || kinds.has('disconnect-network') ? 'change' : null;
}

function subjectKey({ subject }: Step): string {
  switch (subject.type) {
    case 'network':
    case 'volume':
      return `${subject.type} ${subject.name}`;
    case 'image':
      return `image ${subject.reference}`;
    case 'service':
      return `service ${subject.service}`;
    case 'replica':
      return `replica ${subject.service} ${subject.number} ${subject.id ?? 'new'}`;
  }
}

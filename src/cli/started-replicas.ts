import type { StepEvent } from '#model/event.ts';
import type { StepKind } from '#model/plan.ts';

/** What a run has brought to life so far: its output is worth printing also when it has ended meanwhile. */
export class StartedReplicas {
  /** RFC 3339, before the first of them started. */
  readonly since = new Date().toISOString();
  /** Names; new from their first line on. */
  readonly made = new Set<string>();
  /** Names, those made among them. */
  readonly started = new Set<string>();
  /** Those of which a replica was started, or is being. */
  readonly services = new Set<string>();
  /** Ids of those that the run stops itself, to replace or to restart them. */
  readonly endedByUs = new Set<string>();

  take({ status, step: { kind, subject } }: StepEvent): void {
    if (subject.type !== 'replica') return;
    const { id, name, service } = subject;
    if (status === 'started' && kind === 'start-replica') this.services.add(service);
    if (status === 'started' && ending.has(kind) && id !== null) this.endedByUs.add(id);
    if (status !== 'done') return;
    if (kind === 'create-replica') this.made.add(name);
    if (kind !== 'start-replica') return;
    this.started.add(name);
    if (id !== null) this.endedByUs.delete(id);
  }
}

const ending: ReadonlySet<StepKind> = new Set(['stop-replica', 'restart-replica', 'kill-replica', 'remove-replica']);

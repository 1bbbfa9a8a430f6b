// Steps while they are being drawn up: edges point at steps, not at numbers. Numbers come last, in an order that holds every edge.

import { digestOf } from '#lib/canonical-json.ts';
import {
  type FieldChange,
  type Plan,
  type Step,
  type StepKind,
  type StepOptions,
  type Subject,
  planSchemaVersion,
} from '#model/plan.ts';

export type DraftStep = {
  readonly kind: StepKind;
  readonly subject: Subject;
  readonly runtime: string;
  readonly cause: string;
  readonly changes: readonly FieldChange[];
  readonly options: StepOptions;
  readonly after: Set<DraftStep>;
};

export type NewStep = Pick<DraftStep, 'kind' | 'subject' | 'runtime' | 'cause'> & {
  readonly changes?: readonly FieldChange[];
  readonly options?: StepOptions;
  readonly after?: Iterable<DraftStep | undefined>;
};

export class PlanDraft {
  readonly steps: DraftStep[] = [];
  readonly notes: string[] = [];
  readonly unchanged: string[] = [];

  add(step: NewStep): DraftStep {
    const added: DraftStep = {
      kind: step.kind,
      subject: step.subject,
      runtime: step.runtime,
      cause: step.cause,
      changes: step.changes ?? [],
      options: step.options ?? {},
      after: new Set(),
    };
    for (const before of step.after ?? []) if (before !== undefined) added.after.add(before);
    this.steps.push(added);
    return added;
  }

  /** Adds the edge unless it would close a circle; says whether it was added. */
  addIfAcyclic(step: DraftStep, before: DraftStep): boolean {
    if (reaches(before, step)) return false;
    step.after.add(before);
    return true;
  }

  finish(about: { readonly project: string; readonly verb: string; readonly basis: Plan['basis'] }): Plan {
    const order = inOrder(this.steps);
    const ids = new Map(order.map((step, index) => [step, index + 1]));
    const idOf = (step: DraftStep): number => {
      const id = ids.get(step);
      if (id === undefined) throw new Error(`a step waits for one that is not in the plan: ${step.kind}`);
      return id;
    };
    const steps = order.map((step): Step => ({
      id: idOf(step),
      kind: step.kind,
      subject: step.subject,
      runtime: step.runtime,
      cause: step.cause,
      changes: step.changes,
      after: [...step.after].map(idOf).sort((a, b) => a - b),
      options: step.options,
    }));
    return sealPlan({
      project: about.project,
      verb: about.verb,
      steps,
      notes: this.notes,
      unchanged: this.unchanged,
      basis: about.basis,
    });
  }
}

/** The plan with its digest. */
export function sealPlan(plan: Omit<Plan, 'schemaVersion' | 'digest'>): Plan {
  const body = { schemaVersion: planSchemaVersion, ...plan } as const;
  return { ...body, digest: digestOf(body) };
}

/** The order of adding, save that a step moves behind those it waits for. */
function inOrder(steps: readonly DraftStep[]): DraftStep[] {
  const order: DraftStep[] = [];
  const state = new Map<DraftStep, 'open' | 'done'>();
  // A stack of its own: a chain of thousands of services must not exhaust the call stack.
  for (const root of steps) {
    const stack: { readonly step: DraftStep; readonly rest: Iterator<DraftStep> }[] = [];
    const open = (step: DraftStep): void => {
      state.set(step, 'open');
      stack.push({ step, rest: step.after.values() });
    };
    if (!state.has(root)) open(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.next();
      if (next.done === true) {
        state.set(top.step, 'done');
        order.push(top.step);
        stack.pop();
      } else if (!state.has(next.value)) open(next.value);
      else if (state.get(next.value) === 'open')
        throw new Error(`the plan has a circle at ${next.value.kind} ${JSON.stringify(next.value.subject)}`);
    }
  }
  return order;
}

/** Whether `target` must be done before `from`. */
function reaches(from: DraftStep, target: DraftStep): boolean {
  const seen = new Set([from]);
  const queue = [from];
  for (let step = queue.pop(); step !== undefined; step = queue.pop()) {
    if (step === target) return true;
    for (const before of step.after) {
      if (seen.has(before)) continue;
      seen.add(before);
      queue.push(before);
    }
  }
  return false;
}

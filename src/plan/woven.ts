// The steps of one service by what they do, and the steps after which a service's dependents may start.

import type { ObservedReplica } from '#model/observed.ts';
import type { WaitCondition } from '#model/plan.ts';
import type { Service } from '#model/project.ts';
import { type Services, dependenciesOf } from './dependencies.ts';
import type { DraftStep, PlanDraft } from './draft.ts';
import type { RemovalSteps } from './removal.ts';

export type WovenService = {
  readonly all: DraftStep[];
  readonly creates: DraftStep[];
  readonly renames: DraftStep[];
  readonly starts: DraftStep[];
  readonly stops: DraftStep[];
  readonly removals: (RemovalSteps & { readonly replica: ObservedReplica })[];
  /** After these the replicas are the ones that stay, under their own names. */
  readonly settled: DraftStep[];
  /** Replicas that this plan does not replace. */
  readonly kept: ObservedReplica[];
};

export function newWovenService(): WovenService {
  return { all: [], creates: [], renames: [], starts: [], stops: [], removals: [], settled: [], kept: [] };
}

/** When dependents may start. Waits are shared: one step per service and condition, however many wait for it. */
export class Readiness {
  readonly #draft: PlanDraft;
  readonly #services: Services;
  readonly #woven: ReadonlyMap<string, WovenService>;
  readonly #waits = new Map<string, readonly DraftStep[]>();

  constructor(draft: PlanDraft, services: Services, woven: ReadonlyMap<string, WovenService>) {
    this.#draft = draft;
    this.#services = services;
    this.#woven = woven;
  }

  /** Steps after which replicas of `name` may start. All that it needs has been woven before. */
  of(name: string): DraftStep[] {
    const service = this.#services[name] as Service;
    return Object.entries(dependenciesOf(service)).flatMap(([dependency, { condition, required }]) => {
      const steps = this.#woven.get(dependency);
      if (steps === undefined) return [];
      // Nothing is wanted of it, so there is nothing to wait for.
      if (steps.kept.length === 0 && steps.settled.length === 0) return [];
      if (condition === 'service_started') return steps.starts;
      return this.#wait(dependency, condition, !required);
    });
  }

  #wait(dependency: string, condition: WaitCondition, optional: boolean): readonly DraftStep[] {
    const key = `${condition} ${optional} ${dependency}`;
    let waits = this.#waits.get(key);
    if (waits === undefined) {
      const steps = this.#woven.get(dependency) as WovenService;
      const carriers = isMet(steps, condition) ? [] : carriersOf(steps);
      waits = carriers.map((runtime) =>
        this.#draft.add({
          kind: 'wait-dependency',
          subject: { type: 'service', service: dependency },
          runtime,
          cause: 'others depend on it',
          options: { condition, ...(optional ? { optional } : {}) },
          after: lastOf(steps.all),
        }),
      );
      this.#waits.set(key, waits);
    }
    return waits;
  }
}

/** The runtimes that have the service's replicas once the plan is done: one, unless some stay where they are while others are made elsewhere. */
export function carriersOf({ kept, settled }: WovenService): string[] {
  return [...new Set([...kept, ...settled].map(({ runtime }) => runtime))].sort();
}

/** Those that no other one of them comes after. */
export function lastOf(steps: readonly DraftStep[]): DraftStep[] {
  const inner = new Set(steps.flatMap((step) => [...step.after]));
  return steps.filter((step) => !inner.has(step));
}

/** Whether a service that this plan leaves alone meets the condition already. */
export function isMet(steps: WovenService, condition: WaitCondition): boolean {
  if (steps.all.length > 0) return false;
  return steps.kept.every((replica) => {
    const runs = replica.state === 'running';
    switch (condition) {
      case 'service_started':
        return runs;
      case 'service_healthy':
        return runs && replica.health === 'healthy';
      case 'service_completed_successfully':
        return replica.state === 'exited' && replica.exitCode === 0;
      case 'running_or_healthy':
        return runs && (replica.health === 'healthy' || replica.health === 'none');
    }
  });
}

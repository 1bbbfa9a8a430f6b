// `up --wait`, `start --wait`: the plan ends when everything it is about is up.

import type { WaitCondition } from '#model/plan.ts';
import { type Services, dependenciesOf } from './dependencies.ts';
import type { PlanDraft } from './draft.ts';
import { timeoutOf } from './removal.ts';
import { type WovenService, carriersOf, isMet, lastOf } from './woven.ts';

export function addWaitForAll(
  draft: PlanDraft,
  services: Services,
  woven: ReadonlyMap<string, WovenService>,
  timeoutSeconds: number | undefined,
): void {
  const jobs = jobsOf(services);
  for (const [service, steps] of woven) {
    if (steps.kept.length === 0 && steps.settled.length === 0) continue;
    const condition: WaitCondition = jobs.has(service) ? 'service_completed_successfully' : 'running_or_healthy';
    if (isMet(steps, condition)) continue;
    for (const runtime of carriersOf(steps))
      draft.add({
        kind: 'wait-dependency',
        subject: { type: 'service', service },
        runtime,
        cause: '--wait',
        options: { condition, ...timeoutOf(timeoutSeconds) },
        after: lastOf(steps.all),
      });
  }
}

/** Services that others wait for to complete. */
function jobsOf(services: Services): ReadonlySet<string> {
  const jobs = new Set<string>();
  for (const service of Object.values(services))
    for (const [name, { condition }] of Object.entries(dependenciesOf(service)))
      if (condition === 'service_completed_successfully') jobs.add(name);
  return jobs;
}

import type { HealthConfig } from '#engine/api/container.ts';
import type { Recipe } from './recipe.ts';
import { durationOf } from './units.ts';

/** undefined keeps the image's own check. */
export function healthConfig({ definition, abilities }: Recipe): HealthConfig | undefined {
  const check = definition.healthcheck;
  if (check === undefined) return undefined;
  if (check.disable === true) return { Test: ['NONE'] };
  return {
    Test: check.test,
    Interval: durationOf(check.interval),
    Timeout: durationOf(check.timeout),
    StartPeriod: durationOf(check.start_period),
    // Older engines refuse it; without it the check is only slower to see the start.
    StartInterval: abilities.severalNetworks ? durationOf(check.start_interval) : undefined,
    Retries: check.retries,
  };
}

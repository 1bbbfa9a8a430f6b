// --runtime: what carries a service that does not say.

import { MusterError } from '#lib/errors.ts';
import { nearestName } from '#lib/nearest-name.ts';
import { type PlacementRules, defaultRules, placementNamed } from '#model/placement.ts';
import type { Globals } from './globals.ts';

/** `remote` is none of them: what is not run here has to say where it is. */
const kinds = ['docker', 'process'];

export function placementRules({ runtime }: Pick<Globals, 'runtime'>): PlacementRules {
  if (runtime === '') return defaultRules;
  const fallback = placementNamed(runtime);
  if (kinds.includes(fallback.kind) && fallback.host !== '') return { fallback, prefersProcess: false };
  const nearest = nearestName(fallback.kind, kinds);
  throw new MusterError('BAD_FLAG', `invalid value "${runtime}" for --runtime: ${kinds.join(' or ')} is expected`, {
    hint: nearest === null ? 'on another host write process@ssh://user@host' : `did you mean "${nearest}"?`,
  });
}

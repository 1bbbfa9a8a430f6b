import type { Outcome } from '#api/agent/contract.ts';
import { errorOf } from '#api/agent/client.ts';
import { MusterError } from '#lib/errors.ts';

/** How the one that was asked about fared; null: well. `doing`: `start blog-web-1`. */
export function failureIn(outcomes: readonly Outcome[], doing: string): MusterError | null {
  const failure = outcomes[0]?.failure ?? null;
  if (failure === null) return null;
  const { code, message, hint } = errorOf(failure);
  return new MusterError(code, `could not ${doing}: ${message}`, hint === undefined ? {} : { hint });
}

export const warningIn = (outcomes: readonly Outcome[]): string => outcomes[0]?.warning ?? '';

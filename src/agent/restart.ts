// When a replica that ended is started again: Docker's rules, for this is what restart policies are known by.

import type { RestartPolicy } from '#api/agent/contract.ts';
import type { Status } from './replica-folder.ts';

/** What is known of a replica when it has ended. */
export type Ending = Pick<Status, 'desired' | 'exitCode' | 'startedAt' | 'finishedAt' | 'failures' | 'restarts'>;

export type Decision =
  | { readonly kind: 'stay' }
  | { readonly kind: 'restart'; readonly afterMs: number; readonly failures: number };

/** Of what ended while nobody watched. */
export const unknownExitCode = 255;

const firstPauseMs = 100;
const longestPauseMs = 60_000;
/** Who ran this long is given a new chance. */
const longLifeMs = 10_000;

export function decideRestart(policy: RestartPolicy, ended: Ending): Decision {
  const { desired, exitCode, startedAt, finishedAt, failures, restarts } = ended;
  if (desired === 'stopped' || !wants(policy, exitCode ?? unknownExitCode, restarts)) return { kind: 'stay' };
  const ranMs = (finishedAt ?? 0) - (startedAt ?? 0);
  const before = ranMs >= longLifeMs ? 0 : failures;
  return { kind: 'restart', afterMs: Math.min(firstPauseMs * 2 ** before, longestPauseMs), failures: before + 1 };
}

function wants({ policy, maxAttempts }: RestartPolicy, exitCode: number, restarts: number): boolean {
  switch (policy) {
    case 'no':
      return false;
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure':
      return exitCode !== 0 && (maxAttempts === 0 || restarts < maxAttempts);
  }
}

/** After the machine was started anew: whether it runs again, though nothing of it was left. */
export function startsAfterReboot(
  policy: RestartPolicy,
  was: { readonly desired: 'running' | 'stopped'; readonly wasUp: boolean },
): boolean {
  switch (policy.policy) {
    case 'no':
      return false;
    case 'always':
      return true;
    case 'unless-stopped':
      return was.desired === 'running';
    case 'on-failure':
      return was.desired === 'running' && was.wasUp;
  }
}

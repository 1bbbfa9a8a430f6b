// Whether replicas meet a condition. Pure.

import type { ObservedReplica } from '#model/observed.ts';
import type { WaitCondition } from '#model/plan.ts';

export type Verdict =
  | { readonly kind: 'met' }
  | { readonly kind: 'waiting'; readonly text: string }
  | { readonly kind: 'failed'; readonly replica: ObservedReplica; readonly reason: 'unhealthy' | 'exited' | 'no-check' };

const met: Verdict = { kind: 'met' };

/** All must meet it; one that can't any more fails it. */
export function judgeAll(replicas: readonly ObservedReplica[], condition: WaitCondition): Verdict {
  const verdicts = replicas.map((replica) => judge(replica, condition));
  return verdicts.find((verdict) => verdict.kind === 'failed') ?? verdicts.find((verdict) => verdict.kind === 'waiting') ?? met;
}

function judge(replica: ObservedReplica, condition: WaitCondition): Verdict {
  const { state, health, exitCode, name } = replica;
  const waiting: Verdict = { kind: 'waiting', text: `${name} is ${health === 'none' ? state : health}` };
  const failed = (reason: 'unhealthy' | 'exited' | 'no-check'): Verdict => ({ kind: 'failed', replica, reason });
  const ended = state === 'exited' || state === 'dead';
  switch (condition) {
    case 'service_started':
      // An exited one was started; a one-shot may be faster than we are.
      return state === 'running' || state === 'paused' || ended ? met : waiting;
    case 'service_healthy':
      if (ended) return failed('exited');
      if (health === 'healthy') return met;
      if (health === 'unhealthy') return failed('unhealthy');
      return state === 'running' && health === 'none' ? failed('no-check') : waiting;
    case 'service_completed_successfully':
      if (!ended) return waiting;
      return exitCode === 0 ? met : failed('exited');
    case 'running_or_healthy':
      if (ended) return exitCode === 0 ? met : failed('exited');
      if (health === 'unhealthy') return failed('unhealthy');
      return state === 'running' && (health === 'healthy' || health === 'none') ? met : waiting;
  }
}

import type { RestartPolicy } from '#api/agent/contract.ts';
import type { Service } from '#model/project.ts';

const policies: Readonly<Record<string, RestartPolicy['policy']>> = {
  any: 'always',
  always: 'always',
  'on-failure': 'on-failure',
  'unless-stopped': 'unless-stopped',
};

/** `deploy.restart_policy` wins over `restart`. One-offs are never restarted: somebody waits for their end. */
export function restartOf(service: Service, isOneOff: boolean): RestartPolicy {
  const policy = service.deploy?.restart_policy;
  const [word = 'no', attempts] =
    policy?.condition === undefined ? (service.restart ?? 'no').split(':') : [policy.condition, String(policy.max_attempts ?? 0)];
  return {
    policy: isOneOff ? 'no' : (policies[word] ?? 'no'),
    maxAttempts: word === 'on-failure' ? Number(attempts ?? 0) : 0,
  };
}

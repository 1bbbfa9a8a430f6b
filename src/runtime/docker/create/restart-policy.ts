import type { RestartPolicy } from '#engine/api/container.ts';
import type { Recipe } from './recipe.ts';

/** `deploy.restart_policy` wins over `restart`. One-offs are never restarted: somebody waits for their end. */
export function restartPolicy({ definition: service, oneOff }: Recipe): RestartPolicy | undefined {
  if (oneOff !== null) return undefined;
  const policy = service.deploy?.restart_policy;
  if (policy?.condition !== undefined) {
    const name = engineNames[policy.condition] ?? policy.condition;
    return name === 'on-failure' ? { Name: name, MaximumRetryCount: policy.max_attempts ?? 0 } : { Name: name };
  }
  if (service.restart === undefined) return undefined;
  const [name = '', attempts] = service.restart.split(':');
  return attempts === undefined ? { Name: name } : { Name: name, MaximumRetryCount: Number(attempts) };
}

const engineNames: Readonly<Record<string, string>> = { none: 'no', any: 'always', 'on-failure': 'on-failure' };

// Types that interpolation gives its result where an attribute is not a string: `replicas: ${N}` is a number.

import { readFloat } from './go-number.ts';
import { compileRules } from './rules.ts';
import type { Tree } from './tree.ts';

export type Cast = (text: string, warn: (message: string) => void) => Tree;

/** Thrown for text that does not read as the attribute's type. */
export class CastError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

const toInt: Cast = (text) => {
  if (!/^[-+]?\d+$/.test(text)) throw new CastError(`"${text}" is not a whole number`, 'write digits only, such as 3');
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  const large = BigInt(text.replace('+', ''));
  if (BigInt.asIntN(64, large) !== large) throw new CastError(`"${text}" is too large`, 'write a smaller number');
  return large;
};

const toFloat: Cast = (text) => {
  const value = readFloat(text);
  if (value === null) throw new CastError(`"${text}" is not a number`, 'write a number, such as 0.5');
  return value;
};

const toBoolean: Cast = (text, warn) => {
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  const isYes = ['y', 'yes', 'on'].includes(word);
  if (!isYes && !['n', 'no', 'off'].includes(word)) throw new CastError(`"${text}" is not a boolean`, 'write true or false');
  warn(`"${text}" for boolean is not supported by YAML 1.2, please use \`${isYes}\``);
  return isYes;
};

const service: Readonly<Record<string, Cast>> = {
  cpu_count: toInt,
  cpu_percent: toFloat,
  cpu_period: toInt,
  cpu_quota: toInt,
  cpu_rt_period: toInt,
  cpu_rt_runtime: toInt,
  cpus: toFloat,
  cpu_shares: toInt,
  init: toBoolean,
  'deploy.replicas': toInt,
  'deploy.update_config.parallelism': toInt,
  'deploy.update_config.max_failure_ratio': toFloat,
  'deploy.rollback_config.parallelism': toInt,
  'deploy.rollback_config.max_failure_ratio': toFloat,
  'deploy.restart_policy.max_attempts': toInt,
  'deploy.placement.max_replicas_per_node': toInt,
  'healthcheck.retries': toInt,
  'healthcheck.disable': toBoolean,
  oom_kill_disable: toBoolean,
  oom_score_adj: toInt,
  pids_limit: toInt,
  'ports.*.target': toInt,
  privileged: toBoolean,
  read_only: toBoolean,
  scale: toInt,
  stdin_open: toBoolean,
  tty: toBoolean,
  'ulimits.*': toInt,
  'ulimits.*.hard': toInt,
  'ulimits.*.soft': toInt,
  'volumes.*.read_only': toBoolean,
  'volumes.*.volume.nocopy': toBoolean,
};

export const casts = compileRules<Cast>({
  ...Object.fromEntries(Object.entries(service).map(([path, cast]) => [`services.*.${path}`, cast])),
  'networks.*.external': toBoolean,
  'networks.*.internal': toBoolean,
  'networks.*.attachable': toBoolean,
  'networks.*.enable_ipv4': toBoolean,
  'networks.*.enable_ipv6': toBoolean,
  'volumes.*.external': toBoolean,
  'secrets.*.external': toBoolean,
  'configs.*.external': toBoolean,
});

import { deviceRequests, hook, listOrMap, textOrList } from './parts.ts';
import { integer, list, number, oneOfWords, scalar, struct, text } from './shape.ts';

const rollout = struct({
  parallelism: integer,
  delay: text,
  failure_action: text,
  monitor: text,
  max_failure_ratio: number,
  order: oneOfWords('start-first', 'stop-first'),
});

const genericResources = list(struct({ discrete_resource_spec: struct({ kind: text, value: number }) }));

export const deploy = struct(
  {
    mode: text,
    endpoint_mode: text,
    replicas: integer,
    labels: listOrMap,
    rollback_config: rollout,
    update_config: rollout,
    resources: struct({
      limits: struct({ cpus: number, memory: text, pids: integer }),
      reservations: struct({ cpus: number, memory: text, generic_resources: genericResources, devices: deviceRequests }),
    }),
    restart_policy: struct({ condition: text, delay: text, max_attempts: integer, window: text }),
    placement: struct({ constraints: list(text), preferences: list(struct({ spread: text })), max_replicas_per_node: integer }),
  },
  { nullable: true },
);

export const develop = struct(
  {
    watch: list(
      struct(
        {
          path: text,
          action: oneOfWords('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
          target: text,
          ignore: textOrList,
          include: textOrList,
          initial_sync: scalar('boolean'),
          exec: hook,
        },
        { required: ['path', 'action'] },
      ),
    ),
  },
  { nullable: true },
);

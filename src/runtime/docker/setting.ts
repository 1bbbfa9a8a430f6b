// What every part of the Docker runtime works with.

import type { Environment } from '#engine/docker-config.ts';
import type { Engine } from '#engine/engine.ts';
import type { Host } from '#host/host.ts';
import type { Memory } from './memory.ts';
import type { EventWatch } from './perform/event-watch.ts';

export type DockerSetting = {
  /** What replicas of this runtime are said to run on. */
  readonly name: string;
  readonly engine: Engine;
  readonly host: Host;
  /** Per-user, survives a reboot, 0700. */
  readonly stateDirectory: string;
  /** Per-user, on tmpfs where the machine has one. */
  readonly runtimeDirectory: string;
  /** The process environment: where Docker's configuration is. */
  readonly environment: Environment;
  readonly memory: Memory;
  /** The events of one project, shared by all who wait. */
  readonly watch: (project: string) => EventWatch;
};

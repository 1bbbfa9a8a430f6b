// What every part of the process runtime works with.

import type { Host, HostFacts } from '#host/host.ts';
import type { AgentAccess } from './agent/access.ts';
import type { Memory } from './memory.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type ProcessSetting = {
  /** What replicas of this runtime are said to run on. */
  readonly name: string;
  readonly host: Host;
  /** Of this program: what a native program on this machine gets its PATH from. */
  readonly environment: Environment;
  readonly agent: AgentAccess;
  readonly memory: Memory;
  /** What does not change while we look; asked once. */
  readonly facts: () => Promise<HostFacts>;
  /** Per user of that host, survives a reboot, 0700. */
  readonly stateDirectory: () => Promise<string>;
  /** Per user of that host, on tmpfs where it has one. */
  readonly runtimeDirectory: () => Promise<string>;
};

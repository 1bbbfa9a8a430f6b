import { MusterError } from '#lib/errors.ts';
import { musterVersion } from '#lib/version.ts';
import { oldestSchema, schemaVersion } from './contract.ts';
import type { Hello } from './contract.ts';

export function ownHello(): Hello {
  return { type: 'hello', schemaVersion, oldest: oldestSchema, version: musterVersion, pid: process.pid };
}

export type Skew = 'none' | 'agent-too-old' | 'command-too-old';

/** Whether a command and an agent understand each other, and which of them is to blame if not. */
export function skewBetween(command: Hello, agent: Hello): Skew {
  if (agent.schemaVersion < command.oldest) return 'agent-too-old';
  if (command.schemaVersion < agent.oldest) return 'command-too-old';
  return 'none';
}

/** What is printed when they don't. */
export function skewError(skew: Exclude<Skew, 'none'>, command: Hello, agent: Hello): MusterError {
  const both = `this is muster ${command.version} (protocol ${command.schemaVersion}), the agent is of ${agent.version} (protocol ${agent.schemaVersion})`;
  return skew === 'agent-too-old'
    ? new MusterError('AGENT_VERSION', `the agent is too old: ${both}`, {
        hint: `end the agent, everything goes on: kill ${agent.pid}; the next command starts this version's`,
      })
    : new MusterError('AGENT_VERSION', `this muster is too old for the agent: ${both}`, {
        hint: `upgrade muster to ${agent.version} or later`,
      });
}

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

/** Whether the agent is of an older muster than the command; of two, exactly one is older, or none. */
export function isOutdated(agent: Hello, command: Hello): boolean {
  if (agent.schemaVersion !== command.schemaVersion) return agent.schemaVersion < command.schemaVersion;
  return compareReleases(agent.version, command.version) < 0;
}

/** Of `1.2.3` and `1.2.3-rc.1`, as Semantic Versioning orders them. */
function compareReleases(one: string, other: string): number {
  const [release = '', before = ''] = one.split(/-(.*)/s);
  const [otherRelease = '', otherBefore = ''] = other.split(/-(.*)/s);
  const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
  if (release !== otherRelease) return byNumber(release, otherRelease);
  if (before === '' || otherBefore === '') return Number(before === '') - Number(otherBefore === '');
  return byNumber(before, otherBefore);
}

/** What is printed when they don't understand each other. */
export function skewError(skew: Exclude<Skew, 'none'>, command: Hello, agent: Hello): MusterError {
  const both = `this is muster ${command.version} (protocol ${command.schemaVersion}), the agent is of ${agent.version} (protocol ${agent.schemaVersion})`;
  return skew === 'agent-too-old'
    ? new MusterError('AGENT_VERSION', `the agent is too old: ${both}`, {
        hint: `it stays while an exec, attach or attached run goes on: end that, or the agent, what runs goes on: kill ${agent.pid}; the next command starts this version's`,
      })
    : new MusterError('AGENT_VERSION', `this muster is too old for the agent: ${both}`, {
        hint: `upgrade muster to ${agent.version} or later`,
      });
}

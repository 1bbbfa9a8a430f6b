import type { CommandResult, CommandSpec, HostProcess } from '../host.ts';
import { fileError } from './errno.ts';
import { scripts } from './scripts.ts';

export type ScriptName = keyof typeof scripts;

export type RunScript = (
  name: ScriptName,
  args: readonly string[],
  options?: Pick<CommandSpec, 'stdin' | 'signal'>,
) => Promise<CommandResult>;

export type SpawnScript = (
  name: ScriptName,
  args: readonly string[],
  options?: Pick<CommandSpec, 'signal'>,
) => Promise<HostProcess>;

export function scriptCommand(name: ScriptName, args: readonly string[]): CommandSpec['argv'] {
  return ['/bin/sh', '-c', scripts[name], 'muster', ...args];
}

/** Output of a script that has to succeed; `doing` and `path` tell what failed. */
export async function outputOf(result: Promise<CommandResult>, doing: string, path: string): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await result;
  if (exitCode !== 0) throw fileError(doing, path, stderr.toString() || `code ${exitCode}`);
  return stdout;
}

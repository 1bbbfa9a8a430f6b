import type { SessionSpec } from '#api/agent/contract.ts';
import { untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { ExecOptions, Session } from '../../runtime.ts';
import type { ProcessSetting } from '../setting.ts';
import { detachedSession } from '../../detached-session.ts';
import { sessionOver } from './session.ts';

export async function exec(setting: ProcessSetting, replica: ObservedReplica, options: ExecOptions): Promise<Session> {
  try {
    return await startExec(setting, replica.id, options);
  } catch (error) {
    throw unreachable(error, replica) ?? error;
  }
}

/** Runs a further program beside a replica that runs. */
export async function startExec({ agent }: ProcessSetting, id: string, options: ExecOptions): Promise<Session> {
  const { signal } = options;
  const spec = sessionSpec(options);
  if (options.detach) {
    await agent.call('execDetached', { id, spec }, { signal });
    return detachedSession();
  }
  return sessionOver(await untilAborted((await agent.client()).exec(id, spec), signal), signal);
}

function sessionSpec({ command, tty, interactive, workingDir, user, environment }: ExecOptions): SessionSpec {
  return {
    // The command line demands one; an empty one is refused by the agent like any that is not there.
    argv: [command[0] ?? '', ...command.slice(1)],
    tty,
    stdin: interactive,
    workingDir: workingDir === '' ? null : workingDir,
    user: user === '' ? null : user,
    environment: Object.fromEntries(environment.map(variable)),
  };
}

/** `NAME` alone takes the caller's value, which the command line has put in already. */
function variable(entry: string): [string, string] {
  const cut = entry.indexOf('=');
  return cut === -1 ? [entry, ''] : [entry.slice(0, cut), entry.slice(cut + 1)];
}

/** Why a replica that is known can't be joined, and what helps; null when it is something else. */
export function unreachable(error: unknown, { name, service, status }: ObservedReplica): MusterError | null {
  if (!(error instanceof MusterError)) return null;
  if (error.code === 'REPLICA_NOT_FOUND')
    return new MusterError('REPLICA_NOT_FOUND', `${name} is gone`, { hint: `see what is there: muster ps -a`, cause: error });
  if (error.code === 'REPLICA_NOT_RUNNING') return notRunning({ name, service, status });
  // As a shell says it.
  if (error.code === 'PROGRAM_NOT_FOUND')
    return new MusterError('PROGRAM_NOT_FOUND', error.message, { hint: error.hint, exitCode: 127, cause: error });
  return null;
}

export function notRunning({ name, service, status }: Pick<ObservedReplica, 'name' | 'service' | 'status'>): MusterError {
  return new MusterError('REPLICA_NOT_RUNNING', `${name} is not running (${status})`, {
    hint: `start it: muster start ${service}; see why it ended: muster logs ${service}`,
  });
}

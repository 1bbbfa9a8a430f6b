import type { ExecCreate, ExecCreated, ExecInspect } from '#engine/api/exec.ts';
import { refusalOf } from '#engine/engine.ts';
import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { ExecOptions, Session } from '../../runtime.ts';
import type { DockerSetting } from '../setting.ts';
import { detachedSession } from '../../detached-session.ts';
import { resizer, sessionOver } from './session.ts';

type Setting = Pick<DockerSetting, 'engine'>;

export async function exec(setting: Setting, replica: ObservedReplica, options: ExecOptions): Promise<Session> {
  try {
    return await startExec(setting, replica.id, options);
  } catch (error) {
    throw unreachable(error, replica) ?? error;
  }
}

/** Runs a further program in a running container. */
export async function startExec(setting: Setting, container: string, options: ExecOptions): Promise<Session> {
  const { engine } = setting;
  const { tty, interactive, detach, signal } = options;
  const body: ExecCreate = {
    AttachStdin: interactive && !detach,
    AttachStdout: !detach,
    AttachStderr: !detach,
    Tty: tty,
    Cmd: options.command,
    Env: options.environment,
    User: options.user,
    Privileged: options.privileged,
    WorkingDir: options.workingDir,
  };
  const { Id: id } = await engine.json<ExecCreated>({ path: `/containers/${container}/exec`, method: 'POST', body, signal });
  const path = `/exec/${id}`;
  if (detach) {
    await engine.json({ path: `${path}/start`, method: 'POST', body: { Detach: true, Tty: tty }, signal });
    return detachedSession();
  }
  const duplex = await engine.hijack({ path: `${path}/start`, method: 'POST', body: { Detach: false, Tty: tty }, signal });
  return sessionOver({
    duplex,
    tty,
    interactive,
    exitCode: () => exitCodeOf(setting, path),
    resize: resizer(engine, path),
    signal: (name) => signalExec(setting, path, name),
  });
}

/** The output may end a moment before the engine has noted how the program did. */
async function exitCodeOf({ engine }: Setting, path: string): Promise<number> {
  const attempts = 100;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { Running, ExitCode } = await engine.json<ExecInspect>({ path: `${path}/json` });
    if (!Running && ExitCode !== null) return ExitCode;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // It closed its outputs and lives on; for whoever waits it has ended.
  return 0;
}

/** The engine can't signal such a program, but on this machine its process can be reached. */
async function signalExec({ engine }: Setting, path: string, name: string): Promise<void> {
  const { Pid, Running } = await engine.json<ExecInspect>({ path: `${path}/json` });
  if (!Running || Pid === 0) return;
  if (!engine.isLocal)
    throw new MusterError('UNSUPPORTED', `the engine at ${engine.endpoint} can't pass ${name} to a program started by exec`, {
      hint: 'use a terminal (drop -T): then Ctrl-C goes through it',
    });
  try {
    process.kill(Pid, name);
  } catch (cause) {
    throw new MusterError('UNSUPPORTED', `${name} could not be passed on: no permission to signal process ${Pid}`, {
      hint: 'use a terminal (drop -T): then Ctrl-C goes through it',
      cause,
    });
  }
}

/** Why a replica that is known can't be joined, and what helps; null when it is something else. */
export function unreachable(error: unknown, { name, service, status }: ObservedReplica): MusterError | null {
  const refusal = refusalOf(error);
  if (refusal?.status === 404 && /no such container/i.test(refusal.message))
    return new MusterError('REPLICA_NOT_FOUND', `${name} is gone`, { hint: `see what is there: muster ps -a`, cause: refusal });
  if (refusal?.status === 409 && /paused/i.test(refusal.message))
    return new MusterError('REPLICA_NOT_RUNNING', `${name} is paused`, { hint: `muster unpause ${service}`, cause: refusal });
  if (refusal?.status === 409)
    return new MusterError('REPLICA_NOT_RUNNING', `${name} is not running (${status})`, {
      hint: `start it: muster start ${service}; see why it ended: muster logs ${service}`,
      cause: refusal,
    });
  return null;
}

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { cancelledBy, onAbort } from '#lib/cancel.ts';
import type { CommandResult, CommandSpec, HostProcess } from './host.ts';

/** Runs to the end. The signal kills it and rejects with CANCELLED; a program that can't be started rejects with what the system said. */
export async function runLocally(command: CommandSpec): Promise<CommandResult> {
  const child = await start(command);
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on('data', (chunk: Buffer) => output.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.stderr.push(chunk));
  // A program that doesn't read its input to the end is not at fault.
  child.stdin.on('error', () => {});
  child.stdin.end(command.stdin);

  const stopListening = onAbort(command.signal, () => end(child));
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  stopListening();
  if (command.signal?.aborted === true) throw cancelledBy(command.signal);
  return {
    exitCode: exitCode ?? 128 + signalNumber(signal),
    stdout: Buffer.concat(output.stdout),
    stderr: Buffer.concat(output.stderr),
  };
}

/** `stdin` of the command, when given, is written at once and closed; otherwise the caller writes. The signal sends SIGTERM. */
export async function spawnLocally(command: CommandSpec): Promise<HostProcess> {
  const child = await start(command);
  const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  child.stdin.on('error', () => {});
  if (command.stdin !== undefined) child.stdin.end(command.stdin);
  const stopListening = onAbort(command.signal, () => child.kill('SIGTERM'));
  child.once('exit', stopListening);
  return {
    // Set: it has been started.
    pid: child.pid as number,
    stdin: child.stdin,
    // Node throws away what nobody has begun to read when the process exits; a pipe keeps it for a reader that comes later.
    stdout: child.stdout.pipe(new PassThrough()),
    stderr: child.stderr.pipe(new PassThrough()),
    ended,
    kill: (signal) => void child.kill(signal),
  };
}

async function start({ argv, cwd, env, signal }: CommandSpec): Promise<ChildProcessWithoutNullStreams> {
  if (signal?.aborted === true) throw cancelledBy(signal);
  const [program, ...args] = argv;
  const child = spawn(program, args, { cwd, env: env === undefined ? process.env : { ...env }, stdio: 'pipe' });
  await once(child, 'spawn');
  return child;
}

/** Asks it to end, insists after two seconds, and lets go of outputs that a child of its own may hold open. */
function end(child: ChildProcessWithoutNullStreams): void {
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 2000);
  child.once('exit', () => {
    clearTimeout(insist);
    child.stdout.destroy();
    child.stderr.destroy();
  });
}

/** What a shell reports for a program that a signal ended is 128 and the signal's number. */
function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : (signalNumbers[signal] ?? 0);
}

const signalNumbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

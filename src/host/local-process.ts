import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { PassThrough } from 'node:stream';
import { cancelledBy, onAbort } from '#lib/cancel.ts';
import type { CommandResult, CommandSpec, HostProcess, ProcessEnd } from './host.ts';

/** Runs to the end. The signal kills it and rejects with CANCELLED; a program that can't be started rejects with what the system said. */
export async function runLocally(command: CommandSpec): Promise<CommandResult> {
  const child = await start(command);
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on('data', (chunk: Buffer) => output.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.stderr.push(chunk));
  // A program that doesn't read its input to the end is not at fault.
  child.stdin.on('error', () => {});
  child.stdin.end(command.stdin);

  let ending: Promise<void> | undefined;
  const stopListening = onAbort(command.signal, () => {
    ending = end(child);
  });
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  stopListening();
  await ending;
  if (command.signal?.aborted === true) throw cancelledBy(command.signal);
  return {
    // What a shell reports for a program that a signal ended.
    exitCode: exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal]),
    stdout: Buffer.concat(output.stdout),
    stderr: Buffer.concat(output.stderr),
  };
}

/** `stdin` of the command, when given, is written at once and closed; otherwise the caller writes. */
export async function spawnLocally(command: CommandSpec): Promise<HostProcess> {
  const child = await start(command);
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  child.stdin.on('error', () => {});
  if (command.stdin !== undefined) child.stdin.end(command.stdin);
  const stopListening = onAbort(command.signal, () => void end(child));
  child.once('exit', stopListening);
  return {
    pid: pidOf(child),
    stdin: child.stdin,
    // Node throws away what nobody has begun to read when the process exits; a pipe keeps it for a reader that comes later.
    stdout: child.stdout.pipe(new PassThrough()),
    stderr: child.stderr.pipe(new PassThrough()),
    ended,
    kill: (signal) => {
      if (isRunning(child)) signalGroup(child, signal);
    },
    unref: () => {
      child.unref();
      // Pipes of a child are sockets at run time; the types only say stream.
      for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as unknown as { unref(): void }).unref();
    },
  };
}

async function start({ argv, cwd, env, signal, mayAsk = false }: CommandSpec): Promise<ChildProcessWithoutNullStreams> {
  if (signal?.aborted === true) throw cancelledBy(signal);
  const [program, ...args] = argv;
  // In a session of its own it leads a group, so that all it starts can be ended with it.
  const child = spawn(program, args, { cwd, env: env ?? process.env, stdio: 'pipe', detached: !mayAsk });
  if (mayAsk) groupless.add(child);
  await once(child, 'spawn');
  return child;
}

/** Asks the group to end, insists after two seconds; what is left of it once the program itself has gone ends with it. */
async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  signalGroup(child, 'SIGTERM');
  const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), 2000);
  if (isRunning(child)) await once(child, 'exit');
  clearTimeout(insist);
  signalGroup(child, 'SIGKILL');
  // Somebody who left the group may still hold them.
  child.stdout.destroy();
  child.stderr.destroy();
}

function signalGroup(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  try {
    process.kill(groupless.has(child) ? pidOf(child) : -pidOf(child), signal);
  } catch (error) {
    // Nobody is left in it.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const isRunning = (child: ChildProcessWithoutNullStreams): boolean => child.exitCode === null && child.signalCode === null;

/** Those that stayed in our own group. */
const groupless = new WeakSet<ChildProcessWithoutNullStreams>();

/** Set: it has been started. */
const pidOf = (child: ChildProcessWithoutNullStreams): number => child.pid as number;

// Programs beside a replica, and the streams of its own process, for one client.

import type { ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { closeSync, write } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Connection, Incoming, Outgoing } from '#api/agent/connection.ts';
import type { SessionOpened, SessionSpec } from '#api/agent/contract.ts';
import { MusterError } from '#lib/errors.ts';
import { roomIn } from '#lib/room-in.ts';
import type { Chunk } from './log/chunks.ts';
import { openLog, readPart } from './log/lines.ts';
import { childrenOf, statOf } from './processes.ts';
import { spawnBeside } from './program.ts';
import type { Replica } from './replica.ts';
import type { Setting } from './setting.ts';
import { standardProgram } from './shim/standard-program.ts';
import { terminalPath } from './terminal-path.ts';

const run = promisify(execFile);
const writeSome = promisify(write);

type Session = {
  readonly resize: (columns: number, rows: number) => Promise<void>;
  readonly signal: (name: string) => Promise<void> | void;
  /** The client has gone. */
  readonly abandon: () => void;
  readonly exit: Promise<number>;
};

export class Sessions {
  readonly #connection: Connection;
  readonly #setting: Setting;
  readonly #nextStream: () => number;
  readonly #sessions = new Map<number, Session>();
  #lastSession = 0;

  constructor(connection: Connection, nextStream: () => number, setting: Setting) {
    this.#connection = connection;
    this.#nextStream = nextStream;
    this.#setting = setting;
  }

  get count(): number {
    return this.#sessions.size;
  }

  exec(replica: Replica, spec: SessionSpec): SessionOpened {
    const child = startBeside(replica, spec, 'pipe', this.#setting);
    const opened = this.#open({ stdin: spec.stdin, stderr: !spec.tty });
    if (opened.input !== null && child.stdin !== null) void feed(opened.input, child.stdin);
    else if (spec.tty && !spec.stdin) keepOpen(child);
    const outputs = [drain(child.stdout, opened.output), drain(child.stderr, spec.tty ? null : opened.errors)];
    const exit = exitOf(child).then(async (code) => {
      // Children of its own may hold its outputs open; what it said itself is there at once.
      await Promise.race([Promise.all(outputs), soon()]);
      opened.output.end();
      opened.errors?.end();
      return code;
    });
    return this.#keep(opened.names, {
      resize: (columns, rows) => resizeTerminal(() => (hasEnded(child) ? 'ended' : terminalBelow(child.pid)), columns, rows),
      signal: (name) => signalChild(child, name),
      abandon: () => signalChild(child, 'SIGHUP'),
      exit,
    });
  }

  attach(replica: Replica, { stdin }: { readonly stdin: boolean }): SessionOpened {
    if (replica.state !== 'running' && replica.state !== 'created')
      throw new MusterError('REPLICA_NOT_RUNNING', `${replica.name} is not running`, { hint: 'start it: muster start' });
    const opened = this.#open({ stdin: stdin && replica.spec.openStdin, stderr: !replica.spec.tty });
    if (opened.input !== null) void feedReplica(opened.input, replica);
    const end = replica.ended({ next: true });
    const passing = passOn(replica, opened.output, opened.errors);
    const exit = end.then(async (code) => {
      await passing.finish();
      return code;
    });
    return this.#keep(opened.names, {
      resize: (columns, rows) => resizeTerminal(() => (replica.isLive ? replica.terminal : 'ended'), columns, rows),
      signal: (name) => replica.kill(name),
      abandon: passing.abandon,
      exit,
    });
  }

  resize(session: number, columns: number, rows: number): Promise<void> {
    return this.#find(session).resize(columns, rows);
  }

  async signal(session: number, name: string): Promise<void> {
    await this.#find(session).signal(name);
  }

  async wait(session: number): Promise<number> {
    try {
      return await this.#find(session).exit;
    } finally {
      this.#sessions.delete(session);
    }
  }

  abandonAll(): void {
    for (const { abandon } of this.#sessions.values()) abandon();
    this.#sessions.clear();
  }

  #find(session: number): Session {
    const found = this.#sessions.get(session);
    if (found === undefined) throw new MusterError('REPLICA_NOT_RUNNING', 'the session has ended');
    return found;
  }

  #open({ stdin, stderr }: { readonly stdin: boolean; readonly stderr: boolean }): Opened {
    const names = {
      stdin: stdin ? this.#nextStream() : null,
      stdout: this.#nextStream(),
      stderr: stderr ? this.#nextStream() : null,
    };
    return {
      names,
      input: names.stdin === null ? null : this.#connection.read(names.stdin),
      output: this.#connection.write(names.stdout),
      errors: names.stderr === null ? null : this.#connection.write(names.stderr),
    };
  }

  #keep(names: Opened['names'], session: Session): SessionOpened {
    this.#lastSession += 1;
    this.#sessions.set(this.#lastSession, session);
    session.exit.catch(() => {});
    return { session: this.#lastSession, ...names };
  }
}

type Opened = {
  readonly names: { readonly stdin: number | null; readonly stdout: number; readonly stderr: number | null };
  readonly input: Incoming | null;
  readonly output: Outgoing;
  readonly errors: Outgoing | null;
};

/** Also for programs that are left to themselves. */
export function startBeside(replica: Replica, wanted: SessionSpec, output: 'pipe' | 'ignore', setting: Setting): ChildProcess {
  if (replica.state !== 'running')
    throw new MusterError('REPLICA_NOT_RUNNING', `${replica.name} is not running`, { hint: 'start it: muster start' });
  const { spec } = replica;
  const beside = {
    ...spec,
    argv: wanted.argv,
    workingDir: wanted.workingDir ?? spec.workingDir,
    user: wanted.user ?? spec.user,
    environment: { ...spec.environment, ...wanted.environment },
  };
  const { tty, stdin } = wanted;
  return spawnBeside({ id: replica.id, spec: beside, hostsFile: replica.hostsFile, tty, stdin, output }, setting);
}

/** A terminal whose stdin has ended would end what runs in it. */
function keepOpen(child: ChildProcess): void {
  child.stdin?.on('error', () => {});
}

async function feed(input: Incoming, to: Writable): Promise<void> {
  // A program need not want its input, nor live as long as it.
  to.on('error', () => input.cancel());
  for await (const bytes of input) {
    if (!to.write(bytes)) await roomIn(to);
  }
  to.end();
}

async function feedReplica(input: Incoming, replica: Replica): Promise<void> {
  let file: number | null = null;
  try {
    for await (const bytes of input) {
      file ??= await inputOf(replica);
      if (file !== null) await writeAll(file, bytes);
    }
  } catch {
    // EPIPE, or the client has gone: nobody is left to tell.
  } finally {
    if (file !== null) closeSync(file);
    if (replica.state === 'created') await replica.running();
    replica.endInput();
  }
}

async function inputOf(replica: Replica): Promise<number | null> {
  await replica.running();
  return replica.openInput();
}

async function writeAll(file: number, bytes: Buffer): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await writePatiently(file, bytes.subarray(sent));
}

/** The FIFO is full while the service does not read. */
async function writePatiently(file: number, bytes: Buffer): Promise<number> {
  for (;;) {
    try {
      return (await writeSome(file, bytes)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
  }
}

async function drain(from: Readable | null, to: Outgoing | null): Promise<void> {
  if (from === null) return;
  if (to === null) {
    from.resume();
    return;
  }
  try {
    // A client that no longer reads must not stop the program.
    for await (const bytes of from) await to.write(bytes as Buffer);
  } catch {
    // Its pipe was closed.
  }
}

/** What a replica says from now on. `finish` resolves once all that it said has been passed on. */
function passOn(replica: Replica, output: Outgoing, errors: Outgoing | null): { finish(): Promise<void>; abandon(): void } {
  const { places } = replica.log;
  const [outFile, errFile] = [openLog(places.stdout), openLog(places.stderr)];
  let work = Promise.resolve();
  let isOver = false;
  let isClosed = false;
  const pass = async (chunk: Chunk): Promise<void> => {
    await passRange(outFile, [chunk.outStart, chunk.outEnd], output);
    await passRange(errFile, [chunk.errStart, chunk.errEnd], errors ?? output);
  };
  const follower = replica.log.follow({
    grew: (chunk) => {
      if (!isOver) work = work.then(() => pass(chunk));
    },
    drained: () => {
      isOver = true;
    },
    ended: () => {
      isOver = true;
    },
  });
  const abandon = (): void => {
    isOver = true;
    follower.stop();
    if (isClosed) return;
    isClosed = true;
    void work.finally(() => {
      closeSync(outFile);
      closeSync(errFile);
    });
  };
  return {
    abandon,
    finish: async () => {
      await replica.drained();
      abandon();
      await work;
      output.end();
      errors?.end();
    },
  };
}

async function passRange(file: number, [start, end]: readonly [number, number], to: Outgoing): Promise<void> {
  for (let at = start; at < end && !to.isStopped;) {
    const part = readPart(file, at, Math.min(64 * 1024, end - at));
    if (part.length === 0) return;
    await to.write(part);
    at += part.length;
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : (signalNumbers[signal] ?? 0))));
    child.once('error', () => resolve(126));
  });
}

const signalNumbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGUSR1: 10,
  SIGUSR2: 12,
};

function signalChild(child: ChildProcess, name: string): void {
  // Not waited for yet: the number is still its own, and its group's.
  if (child.pid === undefined || hasEnded(child)) return;
  const inside = childOf(child.pid);
  try {
    process.kill(inside ?? -child.pid, name);
  } catch {
    // It ends just now.
  }
}

/** What script(1) runs leads a session of its own. */
function childOf(pid: number): number | null {
  const inside = childrenOf(pid).find((child) => statOf(child)?.session === child);
  return inside === undefined ? null : -inside;
}

function terminalBelow(pid: number | undefined): string | null {
  for (const child of pid === undefined ? [] : childrenOf(pid)) {
    const path = terminalPath(statOf(child)?.terminal ?? 0);
    if (path !== null) return path;
  }
  return null;
}

/** How long a program that is being started may take to get its terminal. */
const terminalPatienceMs = 2000;

/** `find`: null while there is none yet. */
async function resizeTerminal(find: () => string | null, columns: number, rows: number): Promise<void> {
  const until = performance.now() + terminalPatienceMs;
  let path = find();
  while (path === null && performance.now() < until) {
    await pause(5);
    path = find();
  }
  // What has no terminal has no size.
  if (path === null || path === 'ended') return;
  await run(standardProgram('stty'), ['-F', path, 'rows', String(rows), 'cols', String(columns)]).catch(() => undefined);
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

function soon(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 500).unref();
  });
}

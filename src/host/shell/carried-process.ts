// A command on the other side of a hop: started by two lines on a shell's stdin, watched by marked lines in its output.

import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { cancelledBy, onAbort } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { CommandSpec, HostProcess, ProcessEnd, ProcessIdentity, ProcessInfo } from '../host.ts';
import { processInfoFrom } from '../process-stat.ts';
import { commandLines } from './command-lines.ts';
import { MarkedStream } from './marked-stream.ts';
import type { Reach } from './reach.ts';

/** How a process is found and signalled over there, by commands of their own. */
export type Control = {
  signal(process: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean>;
  lookUp(process: ProcessIdentity): Promise<ProcessInfo | null>;
};

export type CarriedProcess = Omit<HostProcess, 'ended'> &
  ProcessIdentity & {
    /** As a shell counts it: 128 and the signal's number for one that a signal ended. Rejects with HOST_LOST. */
    readonly status: Promise<number>;
  };

/** Started, or rejected because it certainly was not; HOST_LOST when that can't be known. */
export async function startCarried(
  reach: Reach,
  command: CommandSpec,
  control: Control,
  short: boolean,
): Promise<CarriedProcess> {
  for (let tries = 1, alone = false; ; tries++) {
    if (command.signal?.aborted === true) throw cancelledBy(command.signal);
    const attempt = await startOnce(reach, command, control, { alone, short });
    if (attempt.kind === 'started') return attempt.process;
    if (attempt.kind === 'error' || tries === 3) throw attempt.error;
    ({ alone } = attempt);
  }
}

type Attempt = { kind: 'started'; process: CarriedProcess } | ReturnType<Reach['explain']>;

async function startOnce(
  reach: Reach,
  command: CommandSpec,
  control: Control,
  how: { alone: boolean; short: boolean },
): Promise<Attempt> {
  const mark = randomBytes(16).toString('hex');
  const lines = commandLines(command, mark);
  const carrier = await reach.start({ ...how, signal: command.signal });
  carrier.stdin.on('error', () => {});
  carrier.stdin.write(lines);
  if (command.stdin !== undefined) carrier.stdin.end(command.stdin);

  const report = new Report();
  let said = '';
  const stderr = new MarkedStream(mark, {
    onLine: (words) => report.add(words),
    onPreamble: (text) => (said = (said + text).slice(-8000)),
  });
  const stdout = new MarkedStream(mark, { isDoneAfterFirst: true });
  // Their ends are told by the carrier's own.
  pipeline(carrier.stderr, stderr, () => {});
  pipeline(carrier.stdout, stdout, () => {});

  const carrierEnd = endAndLastWords(carrier);
  carrierEnd.catch(() => {});
  const giveUp = afterAbort(command.signal, 5000);
  const first = await Promise.race([report.started, carrierEnd, giveUp.fired]).finally(giveUp.cancel);

  if (typeof first === 'object' && first !== null && 'pid' in first) {
    const identity = first;
    const status = statusOf(reach, command, { identity, report, carrierEnd, control });
    const kill = (signal: NodeJS.Signals): void => {
      if (!report.hasEnded) control.signal(identity, signal).catch(() => {});
    };
    const stopListening = onAbort(command.signal, () => {
      void endGroup(identity, report, control).finally(() => carrier.kill('SIGTERM'));
    });
    void status.then(stopListening, stopListening);
    return {
      kind: 'started',
      process: { ...identity, stdin: carrier.stdin, stdout, stderr, status, kill, unref: carrier.unref },
    };
  }

  carrier.kill('SIGTERM');
  if (typeof first === 'string') return { kind: 'error', error: refusal(first, command) };
  // Aborted, and no sign of life for a long time.
  if (first === null) return { kind: 'error', error: cancelledBy(command.signal as AbortSignal) };
  if (report.refusal !== null) return { kind: 'error', error: refusal(report.refusal, command) };
  return reach.explain(said, first, how);
}

/** What the marked lines said so far. */
class Report {
  refusal: string | null = null;
  hasEnded = false;
  readonly started: Promise<ProcessIdentity | string>;
  readonly ended: Promise<number>;
  #start!: (value: ProcessIdentity | string) => void;
  #end!: (status: number) => void;

  constructor() {
    this.started = new Promise((resolve) => (this.#start = resolve));
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  add(words: string): void {
    const [kind = '', first = ''] = words.split(' ', 2);
    if (kind === 'start') {
      const { pid, startTime } = processInfoFrom(words.slice(`start ${first} `.length), Buffer.alloc(0), first);
      this.#start({ pid, startTime });
    } else if (kind === 'end') {
      this.hasEnded = true;
      this.#end(Number(first));
    } else {
      this.refusal = kind;
      this.#start(kind);
    }
  }
}

type Running = {
  readonly identity: ProcessIdentity;
  readonly report: Report;
  readonly carrierEnd: Promise<ProcessEnd>;
  readonly control: Control;
};

function statusOf(reach: Reach, command: CommandSpec, { identity, report, carrierEnd, control }: Running): Promise<number> {
  const lost = carrierEnd.then(
    () => 'lost' as const,
    () => 'lost' as const,
  );
  const ended = Promise.race([report.ended, lost]).then(async (status) => {
    if (status !== 'lost') return status;
    if (command.signal?.aborted === true) throw cancelledBy(command.signal);
    throw await lostError(reach, command, identity, control);
  });
  // Whoever doesn't ask how it ended is not to be told by a crash.
  ended.catch(() => {});
  return ended;
}

export function processEnd(status: number): ProcessEnd {
  const signal = status > 128 ? (signalNames.get(status - 128) ?? null) : null;
  return { exitCode: signal === null ? status : null, signal };
}

/** Never assumed to have ended: a second look, over a new connection, tells what can be known. */
async function lostError(reach: Reach, command: CommandSpec, identity: ProcessIdentity, control: Control): Promise<MusterError> {
  const what = `the connection to ${reach.location} was lost while "${command.argv[0]}" ran there (pid ${identity.pid})`;
  const seen = await Promise.race([
    control.lookUp(identity).then(
      (info) => (info === null ? 'it does not run any more; how it ended is not known' : 'it still runs'),
      () => null,
    ),
    new Promise<null>((resolve) => setTimeout(resolve, 10_000, null).unref()),
  ]);
  return new LostCommand(`${what}; ${seen ?? 'whether it still runs is not known: nobody answers there'}`, identity);
}

/** HOST_LOST, with the process to look for. */
export class LostCommand extends MusterError {
  readonly process: ProcessIdentity;

  constructor(message: string, process: ProcessIdentity) {
    super('HOST_LOST', message, { hint: 'see to the connection, look at what is there, then run the command again' });
    this.process = process;
  }
}

/** As a local one: asked, then forced after two seconds; what is left of its group goes with it. */
async function endGroup(identity: ProcessIdentity, report: Report, control: Control): Promise<void> {
  try {
    await control.signal(identity, 'SIGTERM');
    const timer = setTimeout(() => void control.signal(identity, 'SIGKILL').catch(() => {}), 2000);
    await Promise.race([report.ended, new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
    clearTimeout(timer);
    await control.signal(identity, 'SIGKILL');
  } catch {
    // The connection went as well: what can be known is told by HOST_LOST.
  }
}

function refusal(reason: string, { argv, cwd }: CommandSpec): Error {
  const [what, path] = reason === 'no-directory' ? ['chdir', cwd ?? ''] : ['spawn', argv[0]];
  return Object.assign(new Error(`${what} ${path} ENOENT`), { code: 'ENOENT', path, syscall: what });
}

function afterAbort(signal: AbortSignal | undefined, milliseconds: number): { fired: Promise<null>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let stopListening = (): void => {};
  const fired = new Promise<null>((resolve) => {
    stopListening = onAbort(signal, () => (timer = setTimeout(resolve, milliseconds, null)));
  });
  return {
    fired,
    cancel: () => {
      clearTimeout(timer);
      stopListening();
    },
  };
}

/** The absence of a mark means something only once all that was said has been read; unless nobody reads it. */
async function endAndLastWords({ ended, stderr }: HostProcess): Promise<ProcessEnd> {
  const end = await ended;
  const stream = stderr as Readable;
  if (!stream.closed)
    await Promise.race([
      new Promise((resolve) => stream.once('close', resolve)),
      new Promise((resolve) => setTimeout(resolve, 1000).unref()),
    ]);
  return end;
}

const signalNames: ReadonlyMap<number, NodeJS.Signals> = new Map([
  [1, 'SIGHUP'],
  [2, 'SIGINT'],
  [3, 'SIGQUIT'],
  [4, 'SIGILL'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL'],
  [10, 'SIGUSR1'],
  [11, 'SIGSEGV'],
  [12, 'SIGUSR2'],
  [13, 'SIGPIPE'],
  [14, 'SIGALRM'],
  [15, 'SIGTERM'],
]);

// Runs a command and measures it from outside: wall time, processor time, peak memory.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

export type Command = {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
};

export type Sample = { readonly wallMs: number; readonly cpuMs: number; readonly peakMegabytes: number };

/** bash's `time` reads the kernel's own accounting of the child, to the microsecond. */
const timed = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&3';

/** One run; a command that fails makes the measurement worthless and throws. */
export function measure(command: Command): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', timed, 'bash', command.program, ...command.args], {
      cwd: command.cwd,
      env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined, ...command.env },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let complaints = '';
    let peakKilobytes = 0;
    const memory = setInterval(() => (peakKilobytes = Math.max(peakKilobytes, peakOf(childOf(child.pid)))), 10);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    // File descriptor 3 is a pipe that we read.
    (child.stdio[3] as Readable).setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(memory);
      const [wall = 0, user = 0, system = 0] = said.trim().split(' ').map(Number);
      if (code !== 0) reject(new Error(`${command.program} ${command.args.join(' ')}: code ${code}\n${complaints}`));
      else resolve({ wallMs: wall * 1000, cpuMs: (user + system) * 1000, peakMegabytes: peakKilobytes / 1024 });
    });
  });
}

/** The command itself is bash's only child. */
function childOf(pid: number | undefined): string {
  return readOr(`/proc/${pid}/task/${pid}/children`).trim().split(' ')[0] ?? '';
}

/** The kernel keeps the peak, so that only the last look before the end has to be late enough. */
function peakOf(pid: string): number {
  return pid === '' ? 0 : Number(/^VmHWM:\s+(\d+)/m.exec(readOr(`/proc/${pid}/status`))?.[1] ?? 0);
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

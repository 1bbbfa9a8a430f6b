// This machine's processes: who they are, signals to the right one, programs that outlive us.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { MusterError } from '#lib/errors.ts';
import type { LaunchSpec, ProcessIdentity, ProcessInfo } from './host.ts';
import { processInfoFrom } from './process-stat.ts';

export async function launchLocally({ argv, cwd, env, stdout, stderr }: LaunchSpec): Promise<ProcessIdentity> {
  needLinux();
  const [program, ...args] = argv;
  const files = [stdout, stderr].map((path) => (path === undefined ? 'ignore' : openSync(path, 'a', 0o600)));
  try {
    const child = spawn(program, args, { cwd, env: env ?? process.env, detached: true, stdio: ['ignore', ...files] });
    // Before anything is awaited: until then even a process that ended at once can be looked at.
    const started = child.pid === undefined ? null : localProcessInfo(child.pid);
    if (started === null) await once(child, 'spawn');
    child.unref();
    // Without a pid the line above has thrown; with one the process was there.
    const { pid, startTime } = started as ProcessInfo;
    return { pid, startTime };
  } finally {
    for (const file of files) if (typeof file === 'number') closeSync(file);
  }
}

/** Synchronous, so that nothing comes between looking and what follows from it. */
export function localProcessInfo(pid: number): ProcessInfo | null {
  needLinux();
  try {
    return processInfoFrom(
      readFileSync(`/proc/${pid}/stat`, 'latin1'),
      readFileSync(`/proc/${pid}/cmdline`),
      readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'),
    );
  } catch (error) {
    // ESRCH: it ended while its file was open.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

export function signalLocally({ pid, startTime }: ProcessIdentity, signal: NodeJS.Signals, group: boolean): boolean {
  const found = localProcessInfo(pid);
  if (found === null || found.startTime !== startTime) return false;
  // A dead leader that nobody has waited for yet still keeps its group's number.
  if (found.state === 'zombie' && !group) return false;
  try {
    process.kill(group ? -pid : pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function needLinux(): void {
  if (process.platform === 'linux') return;
  throw new MusterError('UNSUPPORTED', `muster can't look after processes on ${process.platform}`, {
    hint: 'run this service on a Linux host: x-muster.host, e.g. ssh://user@host',
  });
}

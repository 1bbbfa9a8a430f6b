// This machine's processes, read synchronously: nothing comes between looking and the signal that follows.

import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** One process for good within a boot: a pid may be used again, the pair is not. */
export type ProcessKey = { readonly pid: number; readonly startTicks: number };

export type Stat = ProcessKey & {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly isZombie: boolean;
  /** The terminal's device number, 0 for none. */
  readonly terminal: number;
  readonly cpuTicks: number;
  readonly rssPages: number;
};

/** Of /proc/<pid>/stat: proc_pid_stat(5). null for text that is none. */
export function parseStat(text: string): Stat | null {
  const end = text.lastIndexOf(')');
  if (end === -1) return null;
  // Field 3 is the first of these.
  const fields = text.slice(end + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(text, 10),
    startTicks: field(22),
    parent: field(4),
    group: field(5),
    session: field(6),
    isZombie: fields[0] === 'Z' || fields[0] === 'X',
    terminal: field(7),
    cpuTicks: field(14) + field(15),
    rssPages: field(24),
  };
}

const buffer = Buffer.allocUnsafe(1024);

/** null: there is no such process. */
export function statOf(pid: number): Stat | null {
  let file: number;
  try {
    file = openSync(`/proc/${pid}/stat`, 'r');
  } catch {
    return null;
  }
  try {
    return parseStat(buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0)));
  } catch {
    // ESRCH: it ended while its file was open.
    return null;
  } finally {
    closeSync(file);
  }
}

export function isAlive({ pid, startTicks }: ProcessKey): boolean {
  const stat = statOf(pid);
  return stat !== null && stat.startTicks === startTicks && !stat.isZombie;
}

/** False when it is no longer that process: then nothing was signalled. */
export function signalOne(key: ProcessKey, signal: NodeJS.Signals): boolean {
  return statOf(key.pid)?.startTicks === key.startTicks && send(key.pid, signal);
}

/**
 * A service says who it is before setsid(1) has given it a group and a session of its own; until then a signal would reach nobody. Resolves when
 * it leads them, or has ended.
 */
export async function untilLeading({ pid, startTicks }: ProcessKey): Promise<void> {
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, 64)) {
    const now = statOf(pid);
    if (now === null || now.startTicks !== startTicks || now.group === pid || now.isZombie) return;
    await delay(pauseMs);
  }
}

/**
 * To all of the group that this process leads, or to it alone while it is still on its way to a group of its own. Once the leader has gone
 * its number may lead another's group: members are then found one by one (leftovers.ts).
 */
export function signalGroup(leader: ProcessKey, signal: NodeJS.Signals): boolean {
  return statOf(leader.pid)?.startTicks === leader.startTicks && (send(-leader.pid, signal) || send(leader.pid, signal));
}

function send(target: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Whether anybody is in it, dead or alive. */
export function hasGroup(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

export function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => name.charCodeAt(0) >= 48 && name.charCodeAt(0) <= 57)
    .map(Number);
}

export function childrenOf(pid: number): number[] {
  return allPids().filter((one) => statOf(one)?.parent === pid);
}

/** As the process got it; '' for kernel threads. null: it has ended, or is another user's. */
export function environmentOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return null;
  }
}

export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();

// /proc/<pid>/stat and cmdline, wherever they were read. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html

import { textOf } from '#lib/byte-text.ts';
import type { ProcessInfo } from './host.ts';

/** `bootId` keeps start times of two boots apart: they are counted from the boot. */
export function processInfoFrom(stat: string, cmdline: Buffer, bootId: string): ProcessInfo {
  // The name stands in parentheses and may hold any character, these too.
  const [state = '', parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid: Number.parseInt(stat, 10),
    startTime: `${rest[startTimeAfterSession]}@${bootId.trim()}`,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    state: states[state] ?? 'other',
    command: wordsOf(cmdline),
  };
}

/** Field 22, where the session is field 6. */
const startTimeAfterSession = 22 - 6 - 1;

const states: Readonly<Record<string, ProcessInfo['state']>> = {
  R: 'running',
  S: 'sleeping',
  D: 'sleeping',
  I: 'sleeping',
  T: 'stopped',
  t: 'stopped',
  Z: 'zombie',
  X: 'zombie',
};

function wordsOf(cmdline: Buffer): string[] {
  if (cmdline.length === 0) return [];
  // Text of all bytes at once can't tear a character: NUL is none's part.
  const words = textOf(cmdline).split('\0');
  return words.at(-1) === '' ? words.slice(0, -1) : words;
}

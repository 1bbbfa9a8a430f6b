// The processes of replicas.

import { readFile } from 'node:fs/promises';
import type { ProcessRow } from '#api/agent/contract.ts';
import { readFileSync } from 'node:fs';
import { membersOfAll } from './leftovers.ts';
import type { Replica } from './replica.ts';

/** USER_HZ and the page size of every Linux that Node.js runs on; getconf(1) would tell otherwise. */
const ticksPerSecond = 100;
const pageBytes = 4096;

export async function topOf(replicas: readonly Replica[]): Promise<ProcessRow[]> {
  const byId = new Map(replicas.map((replica) => [replica.id, replica]));
  const bootedAt = Number(/^btime (\d+)$/m.exec(await readFile('/proc/stat', 'utf8'))?.[1] ?? 0) * 1000;
  const users = userNames();
  const now = Date.now();
  const rows: ProcessRow[] = [];
  for (const member of await membersOfAll()) {
    const replica = byId.get(member.replicaId);
    // What only carries the service's output is none of its processes.
    if (replica === undefined || member.session === replica.shimPid) continue;
    const startedAt = bootedAt + (member.startTicks * 1000) / ticksPerSecond;
    const cpuSeconds = member.cpuTicks / ticksPerSecond;
    rows.push({
      replicaId: member.replicaId,
      pid: member.pid,
      ppid: member.parent,
      user: users(await ownerOf(member.pid)),
      cpuPercent: Math.round((cpuSeconds * 100_000) / Math.max(now - startedAt, 1)),
      memoryBytes: member.rssPages * pageBytes,
      startedAt,
      cpuSeconds,
      tty: member.terminal === 0 ? '?' : (replica.terminal?.slice('/dev/'.length) ?? '?'),
      command: await commandOf(member.pid),
    });
  }
  return rows.sort((one, other) => one.pid - other.pid);
}

async function commandOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.replace(/\0$/, '').replaceAll('\0', ' ');
}

async function ownerOf(pid: number): Promise<string> {
  return /^Uid:\s+\d+\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1] ?? '?';
}

function userNames(): (uid: string) => string {
  const names = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid = '']) => [uid, name]),
  );
  return (uid) => names.get(uid) ?? uid;
}

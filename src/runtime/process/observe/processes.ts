import type { ProcessRow } from '#api/agent/contract.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { ReplicaProcess } from '../../runtime.ts';
import type { ProcessSetting } from '../setting.ts';

/** In the columns of `ps -ef`, which containers have. */
export async function processes(
  { agent }: ProcessSetting,
  replicas: readonly ObservedReplica[],
  { signal }: { readonly signal?: AbortSignal },
): Promise<ReplicaProcess[]> {
  if (replicas.length === 0) return [];
  const ids = replicas.map(({ id }) => id);
  const rows = (await agent.look('top', { ids }, { processes: [] }, { signal })).processes;
  return rows.map((row) => ({ replicaId: row.replicaId, columns: columnsOf(row, new Date()) }));
}

function columnsOf(row: ProcessRow, now: Date): ReplicaProcess['columns'] {
  return {
    UID: row.user,
    PID: String(row.pid),
    PPID: String(row.ppid),
    C: String(Math.floor(row.cpuPercent)),
    STIME: startText(new Date(row.startedAt), now),
    TTY: row.tty,
    TIME: clockText(row.cpuSeconds),
    CMD: row.command,
  };
}

/** `14:05` today, `Nov21` before. */
function startText(at: Date, now: Date): string {
  if (at.toDateString() === now.toDateString()) return `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
  const [, month = '', day = ''] = at.toDateString().split(' ');
  return `${month}${day}`;
}

function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map(twoDigits).join(':');
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

import type { Host, LaunchSpec, ListeningSocket, ProcessIdentity, ProcessInfo } from '../host.ts';
import { processInfoFrom } from '../process-stat.ts';
import { socketRows, socketTables } from '../socket-table.ts';
import { outputOf, scriptCommand } from './script-runner.ts';
import type { RunScript } from './script-runner.ts';

export async function processInfoThere(run: RunScript, pid: number): Promise<ProcessInfo | null> {
  const found = await outputOf(run('processInfo', [String(pid)]), 'open', `/proc/${pid}`);
  const afterStat = found.indexOf(0);
  const afterBoot = found.indexOf(0, afterStat + 1);
  if (afterStat <= 0 || afterBoot === -1) return null;
  const stat = found.toString('latin1', 0, afterStat);
  return processInfoFrom(stat, found.subarray(afterBoot + 1), found.toString('latin1', afterStat + 1, afterBoot));
}

export async function signalThere(
  run: RunScript,
  { pid, startTime }: ProcessIdentity,
  signal: NodeJS.Signals,
  group: boolean,
): Promise<boolean> {
  const args = [String(pid), startTime, signal.replace(/^SIG/, ''), group ? `-${pid}` : String(pid)];
  const said = await outputOf(run('signal', args), 'kill', String(pid)).catch((error: unknown) => {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
    throw error;
  });
  return !said.toString().startsWith('gone');
}

export async function launchThere(
  run: Host['run'],
  { argv, cwd, env, stdout = '', stderr = '' }: LaunchSpec,
): Promise<ProcessIdentity> {
  const script = scriptCommand('launch', [stdout, stderr, ...argv]);
  const said = (await outputOf(run({ argv: script, cwd, env, stdin: '' }), 'spawn', argv[0])).toString();
  const space = said.indexOf(' ');
  const { pid, startTime } = processInfoFrom(said.slice(space + 1), Buffer.alloc(0), said.slice(0, space));
  return { pid, startTime };
}

export async function listenersThere(run: RunScript, only?: ReadonlySet<string>): Promise<ListeningSocket[]> {
  const tables = (await outputOf(run('socketTables', []), 'open', '/proc/net')).toString('latin1').split('\0');
  const rows = socketTables
    .flatMap((table, index) => socketRows(tables[index] ?? '', table))
    .filter((row) => only?.has(`${row.port}/${row.protocol}`) ?? true);
  const owners = rows.length === 0 ? new Map() : await ownersThere(run, new Set(rows.map((row) => row.inode)));
  return rows.map(({ hostIp, port, protocol, inode }) => ({ hostIp, port, protocol, owner: owners.get(inode) ?? null }));
}

type Owner = NonNullable<ListeningSocket['owner']>;

async function ownersThere(run: RunScript, inodes: ReadonlySet<string>): Promise<ReadonlyMap<string, Owner>> {
  const said = (await outputOf(run('socketOwners', [` ${[...inodes].join(' ')} `]), 'list', '/proc')).toString();
  const owners = new Map<string, Owner>();
  for (const line of said.split('\n')) {
    const [inode = '', pid, ...name] = line.split(' ');
    if (inode !== '' && !owners.has(inode)) owners.set(inode, { pid: Number(pid), name: name.join(' ') });
  }
  return owners;
}

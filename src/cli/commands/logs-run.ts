import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Readable } from '#apply/joined-runtimes.ts';
import { findScope } from '../application.ts';
import type { Invocation } from '../command.ts';
import { withRuntime } from '../connect.ts';
import { followLogs } from '../follow-logs.ts';
import { replicasOf } from '../known-services.ts';
import { mergeByTime } from '../merge-by-time.ts';
import { isGiven, noSuchIndex } from '../pick-replica.ts';
import { type LogPrinter, logPrinter } from '../render/log-lines.ts';
import type { logsFlags } from './logs.ts';

type Logs = Invocation<typeof logsFlags>;

export async function run(invocation: Logs): Promise<number> {
  const { app, flags, args } = invocation;
  const tail = linesFromEnd(flags.tail);
  const scope = await findScope(app);
  const { project } = scope;
  return withRuntime(app, scope, async (runtime) => {
    const observed = await runtime.observe({ project, only: 'replicas', signal: app.interrupts.signal });
    const all = await replicasOf(app, observed, args);
    const replicas = all.filter((replica) => isWanted(replica, invocation));
    const [service] = args;
    if (replicas.length === 0 && service !== undefined && isGiven(flags.index)) noSuchIndex({ service, index: flags.index }, all);
    const printer = openPrinter(invocation, project, replicas);
    const last = await printHistory(invocation, runtime, replicas, tail, printer);
    if (flags.follow && flags.until === '') await follow(invocation, runtime, project, last, printer);
    return app.interrupts.signal.aborted ? 130 : 0;
  });
}

function isWanted(
  { oneOff, number, service }: Pick<ObservedReplica, 'oneOff' | 'number' | 'service'>,
  { flags, args }: Logs,
): boolean {
  if (oneOff || (isGiven(flags.index) && number !== flags.index)) return false;
  return args.length === 0 || args.includes(service);
}

function openPrinter({ app, flags }: Logs, project: string, replicas: readonly ObservedReplica[]): LogPrinter {
  const printer = logPrinter(project, {
    hasColour: app.terminal.stdout.hasColour && !flags['no-color'],
    hasPrefix: !flags['no-log-prefix'],
    hasTimestamps: flags.timestamps,
  });
  for (const replica of replicas) printer.expect(replica.name);
  return printer;
}

/** What was written so far, of all replicas in the order of time. Yields each replica's last timestamp. */
async function printHistory(
  { app, flags }: Logs,
  runtime: Readable,
  replicas: readonly ObservedReplica[],
  tail: number | null,
  printer: LogPrinter,
): Promise<ReadonlyMap<string, string>> {
  const { since, until } = flags;
  const { signal } = app.interrupts;
  const last = new Map<string, string>();
  const options = { follow: false, timestamps: true, since, until, tail, signal };
  for await (const record of mergeByTime(replicas.map((replica) => runtime.logs(replica, options)))) {
    if (signal.aborted) break;
    last.set(record.replicaName, record.timestamp);
    app.terminal.stdout.write(printer.line(record));
  }
  return last;
}

async function follow(
  invocation: Logs,
  runtime: Readable,
  project: string,
  last: ReadonlyMap<string, string>,
  printer: LogPrinter,
): Promise<void> {
  const { stdout, stderr } = invocation.app.terminal;
  const startOf = ({ name }: ObservedReplica) => {
    const since = last.get(name);
    // Nothing was printed of it: all that it writes from now on is new, but for the lines that --tail left out.
    return since === undefined
      ? { since: invocation.flags.since, tail: linesFromEnd(invocation.flags.tail) }
      : { since, tail: null };
  };
  await followLogs({
    runtime,
    project,
    includes: (replica) => isWanted(replica, invocation),
    startOf,
    onFollow: ({ name }) => printer.expect(name),
    onLine(record) {
      const printed = last.get(record.replicaName);
      if (printed === undefined || record.timestamp > printed) stdout.write(printer.line(record));
    },
    onExit: (replica, exitCode) => stdout.write(printer.exit(replica.name, exitCode)),
    onTrouble: (text) => stderr.write(`muster: warning: ${text}\n`),
    signal: invocation.app.interrupts.signal,
  });
}

function linesFromEnd(text: string): number | null {
  if (text === 'all' || text === '-1') return null;
  if (/^\d+$/.test(text)) return Number(text);
  throw new MusterError('BAD_FLAG', `invalid value "${text}" for -n, --tail: a number of lines or all is expected`, {
    hint: 'see muster logs --help',
  });
}

// `up` without -d: follows the logs until everything has ended. The first Ctrl-C stops the services, the second kills them.

import type { ObservedReplica } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import { dependenciesOf } from '#plan/dependencies.ts';
import { planKill, planStop } from '#plan/stop.ts';
import type { App } from './app.ts';
import type { Invocation } from './command.ts';
import type { upFlags } from './commands/up.ts';
import { withRuntime } from './connect.ts';
import { type FollowOptions, followLogs } from './follow-logs.ts';
import { interruptedExitCode } from './interrupts.ts';
import { type LogPrinter, logPrinter } from './render/log-lines.ts';
import { submit } from './submit.ts';

type Up = Invocation<typeof upFlags>;

/** What this run has brought to life: its output is worth printing also when it has ended meanwhile. */
export type FreshReplicas = {
  /** Names; new from their first line on. */
  readonly made: ReadonlySet<string>;
  /** Names, those made among them. */
  readonly started: ReadonlySet<string>;
  /** RFC 3339, before the first of them started. */
  readonly since: string;
};

export async function attachUp(up: Up, project: Project, fresh: FreshReplicas): Promise<number> {
  const { app } = up;
  const attachment = new Attachment(up, project);
  const giveBack = app.interrupts.handle(() => attachment.interrupted());
  try {
    await withRuntime(app, { project: project.name, file: project }, (runtime) =>
      followLogs({
        runtime,
        project: project.name,
        includes: ({ service, oneOff }) => !oneOff && attachment.follows(service),
        startOf: startOf(fresh),
        isFresh: ({ name }) => fresh.started.has(name),
        signal: attachment.left.signal,
        ...attachment.callbacks,
      }),
    );
    return await attachment.exitCode();
  } finally {
    giveBack();
  }
}

/** What a replica wrote before this run is old news; it is in `muster logs`. */
function startOf({ made, since }: FreshReplicas): FollowOptions['startOf'] {
  return ({ name }) => ({ since: made.has(name) ? '' : since, tail: null });
}

class Attachment {
  readonly left = new AbortController();
  readonly #up: Up;
  readonly #project: Project;
  readonly #printed: ReadonlySet<string>;
  readonly #printer: LogPrinter;
  readonly #stop = new AbortController();
  #interruptions = 0;
  #stopping: Promise<unknown> | null = null;
  #firstExit: number | null = null;
  #exitOfChosen: number | null = null;

  constructor(up: Up, project: Project) {
    this.#up = up;
    this.#project = project;
    this.#printed = servicesToPrint(up, project);
    this.#printer = logPrinter(project.name, {
      hasColour: up.app.terminal.stdout.hasColour && !up.flags['no-color'],
      hasPrefix: !up.flags['no-log-prefix'],
      hasTimestamps: up.flags.timestamps,
    });
  }

  /** With an --abort flag the end of every replica matters, also of one that is not printed. */
  follows(service: string): boolean {
    return this.#printed.has(service) || (this.#aborts && service in this.#project.services);
  }

  get #aborts(): boolean {
    const { flags } = this.#up;
    return flags['abort-on-container-exit'] || flags['abort-on-container-failure'] || flags['exit-code-from'] !== '';
  }

  readonly callbacks: Pick<FollowOptions, 'onFollow' | 'onLine' | 'onExit' | 'onTrouble'> = {
    onFollow: ({ service, name }) => {
      if (this.#printed.has(service)) this.#printer.expect(name);
    },
    onLine: (record) => {
      if (this.#printed.has(record.service)) this.#up.app.terminal.stdout.write(this.#printer.line(record));
    },
    onExit: (replica, exitCode) => this.#ended(replica, exitCode),
    onTrouble: (text) => this.#up.app.terminal.stderr.write(`muster: warning: ${text}\n`),
  };

  #ended(replica: ObservedReplica, exitCode: number): void {
    const { flags, app } = this.#up;
    if (this.#printed.has(replica.service)) app.terminal.stdout.write(this.#printer.exit(replica.name, exitCode));
    if (replica.service === flags['exit-code-from']) this.#exitOfChosen ??= exitCode;
    const ends =
      flags['abort-on-container-exit'] ||
      flags['exit-code-from'] !== '' ||
      (flags['abort-on-container-failure'] && exitCode !== 0);
    if (!ends || this.#stopping !== null) return;
    this.#firstExit = exitCode;
    app.terminal.stderr.write(`Stopping everything, because ${replica.name} has ended\n`);
    this.#stopping = this.#change('stop');
  }

  interrupted(): void {
    const { stderr } = this.#up.app.terminal;
    this.#interruptions++;
    if (this.#interruptions === 1) {
      stderr.write('Stopping; Ctrl-C again kills\n');
      this.#stopping = this.#change('stop');
    } else if (this.#interruptions === 2) {
      stderr.write('Killing\n');
      this.#stopping = this.#killInstead(this.#stopping);
    } else process.exit(interruptedExitCode);
  }

  /** Once nothing is followed any more. */
  async exitCode(): Promise<number> {
    await this.#stopping;
    if (this.#interruptions > 0) return interruptedExitCode;
    if (this.#up.flags['exit-code-from'] !== '') return this.#exitOfChosen ?? 1;
    return this.#firstExit ?? 0;
  }

  /** Two changes of one project wait for each other: the stop has to give way first. */
  async #killInstead(stopping: Promise<unknown> | null): Promise<void> {
    this.#stop.abort();
    await stopping;
    await this.#change('kill');
  }

  #change(verb: 'stop' | 'kill'): Promise<unknown> {
    const project = this.#project;
    const services = Object.keys(project.services);
    const timeoutSeconds = this.#up.flags.timeout ?? undefined;
    const signal = verb === 'stop' ? this.#stop.signal : new AbortController().signal;
    return submit(this.#ownApp(signal), {
      verb,
      application: { name: project.name, project },
      plan: (input) =>
        verb === 'stop'
          ? planStop({ ...input, options: { services, timeoutSeconds } })
          : planKill({ ...input, options: { services } }),
    }).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#up.app.terminal.stderr.write(`muster: ${error instanceof Error ? error.message : String(error)}\n`);
      this.left.abort();
    });
  }

  /** The Ctrl-C that asks for this change must not cancel it; and lines, not a picture, between the log lines. */
  #ownApp(signal: AbortSignal): App {
    const { app } = this.#up;
    const interrupts = { signal, handle: () => () => {} };
    const progress = app.globals.progress === 'auto' || app.globals.progress === 'tty' ? 'plain' : app.globals.progress;
    return { ...app, interrupts, globals: { ...app.globals, progress } };
  }
}

/** --attach and --no-attach, else the named services, else all but those with `attach: false`. */
function servicesToPrint({ flags, args }: Up, project: Project): ReadonlySet<string> {
  const all = Object.keys(project.services);
  let chosen = flags.attach.length > 0 ? [...flags.attach] : args.length > 0 ? [...args] : all;
  if (flags['attach-dependencies']) chosen = withDependencies(project, chosen);
  const wanted = chosen.filter((name) => !flags['no-attach'].includes(name));
  return new Set(flags.attach.length > 0 ? wanted : wanted.filter((name) => project.services[name]?.attach !== false));
}

function withDependencies(project: Project, services: readonly string[]): string[] {
  const all = new Set(services);
  // A set may grow while it is walked: the walk reaches what is added.
  for (const name of all) {
    const service = project.services[name];
    if (service !== undefined) for (const dependency of Object.keys(dependenciesOf(service))) all.add(dependency);
  }
  return [...all];
}

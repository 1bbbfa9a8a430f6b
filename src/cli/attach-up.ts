// `up` without -d: the output of each replica from the moment it starts, until everything has ended. The first Ctrl-C stops the services, the
// second kills them.

import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import type { Project } from '#model/project.ts';
import { planKill, planStop } from '#plan/stop.ts';
import type { App } from './app.ts';
import type { Invocation } from './command.ts';
import type { upFlags } from './commands/up.ts';
import { withRuntime } from './connect.ts';
import { type FollowOptions, followLogs } from './follow-logs.ts';
import { interruptedExitCode } from './interrupts.ts';
import { openProgress, type Progress } from './progress.ts';
import { type LogPrinter, logPrinter } from './render/log-lines.ts';
import { servicesToPrint } from './services-to-print.ts';
import { StartedReplicas } from './started-replicas.ts';
import { type Submission, submit } from './submit.ts';
import { ChangePause } from './watch/change-pause.ts';
import type { WatchRequest } from './watch/watch-files.ts';

type Up = Invocation<typeof upFlags>;

/** What sees how far starting is. */
export type Watch = Pick<Submission, 'progress' | 'onPlan' | 'onEvent'>;

/** Makes and starts what is wanted; rejects when that fails or `app` is interrupted. */
type StartServices = (app: App, watch: Watch) => Promise<unknown>;

export type Attached = {
  readonly project: Project;
  readonly startServices: StartServices;
  /** --watch. */
  readonly watched: Pick<WatchRequest, 'rules' | 'up'> | null;
};

export async function attachUp(up: Up, { project, startServices, watched }: Attached): Promise<number> {
  const attachment = new Attachment(up, project, watched);
  const giveBack = up.app.interrupts.handle(() => attachment.interrupted());
  try {
    return await attachment.run(startServices);
  } finally {
    giveBack();
  }
}

class Attachment {
  readonly #up: Up;
  readonly #project: Project;
  readonly #replicas = new StartedReplicas();
  readonly #progress: Progress;
  readonly #printed: ReadonlySet<string>;
  readonly #printer: LogPrinter;
  readonly #left = new AbortController();
  readonly #start = new AbortController();
  readonly #stop = new AbortController();
  readonly #watched: Attached['watched'];
  readonly #watchEnd = new AbortController();
  readonly #pause = new ChangePause();
  /** Never rejects. */
  #watching: Promise<void> | null = null;
  /** Never rejects. */
  #starting: Promise<'started' | 'failed'> | null = null;
  #failure: { readonly cause: unknown } | null = null;
  #isStarting = true;
  #following: Promise<void> | null = null;
  #interruptions = 0;
  #stopping: Promise<unknown> | null = null;
  /** What waits for the end of starting. */
  #stopLater: (() => void) | null = null;
  #firstExit: number | null = null;
  #exitOfChosen: number | null = null;

  constructor(up: Up, project: Project, watched: Attached['watched']) {
    this.#up = up;
    this.#project = project;
    this.#watched = watched;
    this.#progress = openProgress(up.app, 'up');
    this.#printed = servicesToPrint(up, project);
    this.#printer = logPrinter(project.name, {
      hasColour: up.app.terminal.stdout.hasColour && !up.flags['no-color'],
      hasPrefix: !up.flags['no-log-prefix'],
      hasTimestamps: up.flags.timestamps,
    });
  }

  async run(startServices: StartServices): Promise<number> {
    this.#starting = this.#startAll(startServices);
    if ((await this.#starting) === 'started') this.#watch();
    await this.#untilAllEnded();
    await this.#endWatching();
    if (this.#failure === null) return this.#exitCode();
    if (this.#stopping === null) throw this.#failure.cause;
    await this.#stopping;
    this.#up.app.terminal.stderr.write(`muster: ${messageOf(this.#failure.cause)}\n`);
    return this.#exitCode();
  }

  async #startAll(startServices: StartServices): Promise<'started' | 'failed'> {
    try {
      await startServices(withSignal(this.#up.app, this.#start.signal), {
        progress: this.#progress,
        onPlan: (plan) => this.#planned(plan),
        onEvent: (event) => this.#replicas.take(event),
      });
    } catch (cause) {
      this.#failure = { cause };
    }
    this.#isStarting = false;
    if (this.#failure === null) this.#stopLater?.();
    return this.#failure === null || this.#stopping !== null ? 'started' : 'failed';
  }

  #planned({ steps }: Plan): void {
    // The images come first: which replicas are replaced is known after them.
    if (steps.some(({ subject }) => subject.type === 'image')) return;
    for (const { kind, subject } of steps)
      if (subject.type === 'replica' && kind === 'start-replica' && this.#printed.has(subject.service))
        this.#printer.expect(subject.name);
    const touched = new Set(steps.map(({ subject }) => (subject.type === 'replica' ? subject.id : null)));
    this.#following ??= this.#follow(({ id }) => !touched.has(id));
    // It is waited for when all has started.
    this.#following.catch(() => undefined);
  }

  #follow(isLeftAlone: (replica: ObservedReplica) => boolean): Promise<void> {
    const replicas = this.#replicas;
    return withRuntime(this.#up.app, { project: this.#project.name, file: this.#project }, (runtime) =>
      followLogs({
        runtime,
        project: this.#project.name,
        includes: ({ service, oneOff }) => !oneOff && this.#follows(service),
        // What a replica wrote before this run is old news; it is in `muster logs`.
        startOf: ({ name }) => ({ since: replicas.made.has(name) ? '' : replicas.since, tail: null }),
        isFresh: ({ name }) => replicas.started.has(name),
        // Planned only once starting has begun.
        starting: { over: this.#starting as Promise<'started' | 'failed'>, isLeftAlone, onCaughtUp: () => this.#caughtUp() },
        pause: this.#pause,
        signal: this.#left.signal,
        ...this.#callbacks,
      }),
    );
  }

  /** With an --abort flag the end of every replica matters, also of one that is not printed. */
  #follows(service: string): boolean {
    return this.#printed.has(service) || (this.#aborts && service in this.#project.services);
  }

  get #aborts(): boolean {
    const { flags } = this.#up;
    return flags['abort-on-container-exit'] || flags['abort-on-container-failure'] || flags['exit-code-from'] !== '';
  }

  readonly #callbacks: Pick<FollowOptions, 'onFollow' | 'onLine' | 'onExit' | 'onTrouble'> = {
    onFollow: ({ service, name }) => {
      if (this.#printed.has(service)) this.#printer.expect(name);
    },
    onLine: (record) => {
      if (this.#printed.has(record.service)) this.#print(this.#printer.line(record));
    },
    onExit: (replica, exitCode) => this.#ended(replica, exitCode),
    onTrouble: (text) => this.#tell(`muster: warning: ${text}\n`),
  };

  #watch(): void {
    if (this.#watched === null || this.#stopping !== null) return;
    this.#watching = this.#watchFiles(this.#watched).catch((error: unknown) =>
      this.#tell(`muster: nothing is watched any more: ${messageOf(error)}\n`),
    );
  }

  async #watchFiles(watched: NonNullable<Attached['watched']>): Promise<void> {
    const { watchFiles } = await import('./watch/watch-files.ts');
    const { app, flags } = this.#up;
    return watchFiles({
      app,
      project: this.#project,
      ...watched,
      isPruning: false,
      isQuiet: flags['quiet-build'],
      say: (text) => this.#print(`${text}\n`),
      onEvent: (event) => this.#replicas.take(event),
      whileChanging: (change) => this.#pause.during(change),
      signal: this.#watchEnd.signal,
    });
  }

  async #endWatching(): Promise<void> {
    this.#watchEnd.abort(interruption());
    await this.#watching;
  }

  #print(text: string): void {
    this.#progress.above(() => this.#up.app.terminal.stdout.write(text));
  }

  #tell(text: string): void {
    this.#progress.above(() => this.#up.app.terminal.stderr.write(text));
  }

  #ended(replica: ObservedReplica, exitCode: number): void {
    const { flags } = this.#up;
    const chosen = flags['exit-code-from'];
    if (this.#printed.has(replica.service)) this.#print(this.#printer.exit(replica.name, exitCode));
    // It makes room for another: nothing ends by that.
    if (this.#replicas.endedByUs.has(replica.id)) return;
    if (replica.service === chosen) this.#exitOfChosen ??= exitCode;
    const ends = flags['abort-on-container-exit'] || chosen !== '' || (flags['abort-on-container-failure'] && exitCode !== 0);
    if (!ends) return;
    // Whose exit code is asked for has to have run.
    const isTooEarly = chosen !== '' && this.#isStarting && !this.#replicas.services.has(chosen);
    if (isTooEarly) this.#stopLater ??= () => this.#stopBecauseOf(replica, exitCode);
    else this.#stopBecauseOf(replica, exitCode);
  }

  #stopBecauseOf(replica: ObservedReplica, exitCode: number): void {
    if (this.#stopping !== null) return;
    this.#firstExit = exitCode;
    this.#tell(`Stopping everything, because ${replica.name} has ended\n`);
    this.#stopping = this.#stopAll();
  }

  interrupted(): void {
    this.#interruptions++;
    // Until something of this run runs there is nothing to stop but the run itself.
    const isAlone = this.#isStarting && this.#stopping === null && this.#replicas.services.size === 0;
    if (isAlone && this.#interruptions === 1) this.#start.abort(interruption());
    else if (this.#interruptions === 1) {
      this.#tell('Stopping; Ctrl-C again kills\n');
      this.#stopping ??= this.#stopAll();
    } else if (this.#interruptions === 2 && this.#stopping !== null) {
      this.#tell('Killing\n');
      this.#stopping = this.#killInstead(this.#stopping);
    } else process.exit(interruptedExitCode);
  }

  async #untilAllEnded(): Promise<void> {
    try {
      await this.#following;
    } catch (cause) {
      this.#failure ??= { cause };
    }
  }

  #caughtUp(): void {
    if (this.#stopping === null) this.#left.abort();
  }

  /** Once nothing is followed any more. */
  async #exitCode(): Promise<number> {
    await this.#stopping;
    if (this.#interruptions > 0) return interruptedExitCode;
    if (this.#up.flags['exit-code-from'] !== '') return this.#exitOfChosen ?? 1;
    return this.#firstExit ?? 0;
  }

  /** Two changes of one project wait for each other: starting has to give way first. */
  async #stopAll(): Promise<void> {
    this.#start.abort(interruption());
    await this.#starting;
    await this.#endWatching();
    await this.#change('stop');
  }

  async #killInstead(stopping: Promise<unknown>): Promise<void> {
    this.#stop.abort();
    await stopping;
    await this.#change('kill');
  }

  #change(verb: 'stop' | 'kill'): Promise<unknown> {
    const project = this.#project;
    const services = Object.keys(project.services);
    const timeoutSeconds = this.#up.flags.timeout ?? undefined;
    const signal = verb === 'stop' ? this.#stop.signal : new AbortController().signal;
    return submit(withoutPicture(withSignal(this.#up.app, signal)), {
      verb,
      application: { name: project.name, project },
      plan: (input) =>
        verb === 'stop'
          ? planStop({ ...input, options: { services, timeoutSeconds } })
          : planKill({ ...input, options: { services } }),
    }).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#tell(`muster: ${messageOf(error)}\n`);
      this.#left.abort();
    });
  }
}

/** Ctrl-C is the attachment's: what it asks for must not be cancelled by it. */
function withSignal(app: App, signal: AbortSignal): App {
  return { ...app, interrupts: { signal, handle: () => () => {} } };
}

/** Lines between the log lines. */
function withoutPicture(app: App): App {
  const { progress } = app.globals;
  return { ...app, globals: { ...app.globals, progress: progress === 'auto' || progress === 'tty' ? 'plain' : progress } };
}

const interruption = (): MusterError => new MusterError('CANCELLED', 'interrupted', { exitCode: interruptedExitCode });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

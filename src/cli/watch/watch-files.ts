// develop.watch: what changes here is synced, rebuilt, restarted there, one quiet moment after the other, until the signal fires.

import { type Readable, joinRuntimes } from '#apply/joined-runtimes.ts';
import { MusterError } from '#lib/errors.ts';
import { runtimeNameOf } from '#model/placement.ts';
import type { Hook, Project } from '#model/project.ts';
import type { UpOptions } from '#plan/options.ts';
import { planRestart } from '#plan/start.ts';
import { type FileChange, type FileSync, type Reaction, decide } from '#watch/decide.ts';
import { type WatchRule, isAtOrBelow, targetOf } from '#watch/rule.ts';
import { TreeWatch } from '#watch/tree-watch.ts';
import type { App } from '../app.ts';
import { type Opened, withRuntimes } from '../connect.ts';
import { failureAsText } from '../failure.ts';
import { type Submission, submit } from '../submit.ts';
import { runInReplicas } from './exec-hook.ts';
import { rebuild } from './rebuild.ts';
import { ReplicaSync } from './replica-sync.ts';
import { isRecipe } from './watch-rules.ts';

export type WatchRequest = {
  readonly app: App;
  readonly project: Project;
  readonly rules: readonly WatchRule[];
  /** How the services were brought up. */
  readonly up: Pick<UpOptions, 'scale' | 'separator' | 'timeoutSeconds' | 'renewAnonymousVolumes'>;
  readonly isPruning: boolean;
  readonly isQuiet: boolean;
  /** A line for the person who watches. */
  readonly say: (text: string) => void;
  /** Around each change of replicas. */
  readonly onEvent?: Submission['onEvent'];
  readonly whileChanging?: <Result>(change: () => Promise<Result>) => Promise<Result>;
  readonly signal: AbortSignal;
};

/** Rejects when watching itself is impossible; what goes wrong on the way is told, and watching goes on. */
export async function watchFiles(request: WatchRequest): Promise<void> {
  const { project } = request;
  await withRuntimes(request.app, { project: project.name, file: project }, async (opened) => {
    const rules = watchable(request, opened);
    const trees = new TreeWatch({
      paths: rules.map(({ path }) => path),
      mayHold: (folder) => rules.some((rule) => rule.mayHold(folder)),
      onTrouble: (text) => request.say(`muster: warning: ${text}`),
    });
    try {
      trees.open();
      const watching = new Watching({ ...request, rules }, opened);
      await watching.syncAll(trees.present());
      request.say('Watch enabled');
      await watching.run(trees.batches(request.signal));
    } catch (error) {
      if (!request.signal.aborted) throw error;
    } finally {
      trees.close();
    }
  });
}

class Watching {
  readonly #request: WatchRequest;
  readonly #runtime: Readable;
  readonly #sync: ReplicaSync;
  /** RFC 3339: what starts later has none of the changes, or is about to be looked at. */
  readonly #since = new Date().toISOString();
  /** What is being done: one thing after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(request: WatchRequest, { runtimes, onLost }: Opened) {
    const { project, signal } = request;
    this.#request = request;
    this.#runtime = joinRuntimes([...runtimes.values()], onLost);
    this.#sync = new ReplicaSync({ project: project.name, runtime: this.#runtime, runtimes, signal });
  }

  /** For rules that ask for it: what was changed before anybody watched. */
  async syncAll(present: Iterable<string>): Promise<void> {
    const eager = this.#request.rules.filter(
      ({ initial_sync: isEager, action }) => isEager === true && action.startsWith('sync'),
    );
    if (eager.length === 0) return;
    const paths = [...present];
    for (const [service, rules] of Map.groupBy(eager, (rule) => rule.service)) {
      const { build } = this.#request.project.services[service] ?? {};
      const files = rules.flatMap((rule) =>
        paths
          .filter((path) => rule.covers(path) && !isRecipe(path, build))
          .map((path): FileSync => ({ path, target: targetOf(rule, path), isGone: false })),
      );
      await this.#attempt(() => this.#sync.sync(service, files));
    }
  }

  /** Ends with the batches. */
  async run(batches: AsyncIterable<readonly FileChange[]>): Promise<void> {
    const stop = new AbortController();
    const starts = this.#followStarts(AbortSignal.any([this.#request.signal, stop.signal]));
    try {
      for await (const changes of batches) await this.#inTurn(() => this.#react(decide(changes, this.#request.rules)));
    } finally {
      stop.abort();
      await starts;
      await this.#turn;
    }
  }

  /** As Docker Compose orders it: what is synced goes into what was rebuilt. */
  async #react({ rebuild: rebuilt, sync, restart, exec }: Reaction): Promise<void> {
    const { say } = this.#request;
    if (rebuilt.length > 0) await this.#attempt(() => this.#rebuild(rebuilt));
    const failed = new Set<string>();
    for (const [service, files] of sync) {
      say(`Syncing service "${service}" after ${files.length} change${files.length === 1 ? '' : 's'}`);
      if (!(await this.#attempt(() => this.#sync.sync(service, files)))) failed.add(service);
    }
    const restarted = restart.filter((service) => !failed.has(service));
    if (restarted.length > 0) await this.#attempt(() => this.#restart(restarted));
    for (const { service, hook } of exec) if (!failed.has(service)) await this.#attempt(() => this.#exec(service, hook));
  }

  async #rebuild(services: readonly string[]): Promise<void> {
    const { say } = this.#request;
    say(`Rebuilding ${inWords(services)} after changes`);
    await this.#whileChanging(() => rebuild({ ...this.#request, app: this.#ownApp(), services }));
    for (const service of services) await this.#sync.catchUp(service);
    say(`Rebuilt ${inWords(services)}`);
  }

  async #restart(services: readonly string[]): Promise<void> {
    const { project, up, say } = this.#request;
    await this.#whileChanging(() =>
      submit(this.#ownApp(), {
        verb: 'restart',
        application: { name: project.name, project },
        plan: (input) => planRestart({ ...input, options: { services, timeoutSeconds: up.timeoutSeconds } }),
        onEvent: this.#request.onEvent,
        isSilentWhenDone: true,
      }),
    );
    say(`Restarted ${inWords(services)}`);
  }

  #exec(service: string, hook: Hook): Promise<void> {
    const { project, app, say, signal } = this.#request;
    return runInReplicas({
      runtime: this.#runtime,
      project: project.name,
      service,
      hook,
      environment: app.environment,
      say,
      signal,
    });
  }

  /** Who starts a replica may be somebody else: it gets what it lacks. */
  async #followStarts(signal: AbortSignal): Promise<void> {
    const { project } = this.#request;
    try {
      for await (const { action, service, replicaId } of this.#runtime.events({
        project: project.name,
        since: this.#since,
        signal,
      }))
        if (action === 'start' && this.#sync.lacks(service, replicaId))
          void this.#inTurn(async () => {
            if (this.#sync.lacks(service, replicaId)) await this.#attempt(() => this.#sync.catchUp(service));
          });
    } catch (error) {
      // The next change finds it, too.
      if (!signal.aborted && !(error instanceof MusterError)) throw error;
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work);
    return this.#turn;
  }

  /** False: it failed, which was told, or there is no time left for it. */
  async #attempt(work: () => Promise<unknown>): Promise<boolean> {
    const { app, signal } = this.#request;
    if (signal.aborted) return false;
    try {
      await work();
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      if (!(error instanceof MusterError)) throw error;
      app.terminal.stderr.write(
        `${failureAsText(error, { colour: app.terminal.stderr.hasColour, debug: false, cwd: app.cwd })}\n`,
      );
      return false;
    }
  }

  #whileChanging(change: () => Promise<unknown>): Promise<unknown> {
    const { whileChanging } = this.#request;
    return whileChanging === undefined ? change() : whileChanging(change);
  }

  /** Lines, not a picture: there is more to come. Interrupted by the end of watching only. */
  #ownApp(): App {
    const { app, signal } = this.#request;
    const { progress } = app.globals;
    return {
      ...app,
      globals: { ...app.globals, progress: progress === 'auto' || progress === 'tty' ? 'plain' : progress },
      interrupts: { signal, handle: () => () => {} },
    };
  }
}

/** What can be done for: not what a bind mount shows anyway; for what runs on files of its own, all but syncing. */
function watchable(request: WatchRequest, { runtimes, placement }: Opened): readonly WatchRule[] {
  const { project, rules, say } = request;
  const onOwnFiles = new Set<string>();
  const kept = rules.flatMap((rule): WatchRule[] => {
    const service = project.services[rule.service] ?? project.disabledServices[rule.service];
    const mount = service?.volumes?.find(({ type, source }) => type === 'bind' && isAtOrBelow(source ?? '', rule.path));
    if (rule.action.startsWith('sync') && mount !== undefined) {
      say(`muster: warning: ${rule.path} is not synced: service ${rule.service} has it mounted from ${mount.source}`);
      return [];
    }
    const runtime = runtimes.get(runtimeNameOf(project, service, placement));
    if (runtime?.putFiles !== undefined) return [rule];
    if (runtime?.traits.attachesOnly === true) {
      say(`muster: warning: nothing is done for ${rule.service} when files change: somebody else runs it`);
      return [];
    }
    onOwnFiles.add(rule.service);
    return nativeActions[rule.action].map((action) => ({ ...rule, action }));
  });
  for (const service of onOwnFiles)
    say(`muster: note: ${service} runs on its host's own files: nothing is synced or built for it, it is only restarted`);
  if (kept.length > 0) return kept;
  throw new MusterError('NOTHING_TO_WATCH', 'nothing is left to watch', { hint: 'see the lines above for the reasons' });
}

const nativeActions: Readonly<Record<WatchRule['action'], readonly WatchRule['action'][]>> = {
  sync: [],
  rebuild: ['restart'],
  restart: ['restart'],
  'sync+restart': ['restart'],
  'sync+exec': ['sync+exec'],
};

const inWords = (services: readonly string[]): string => services.map((name) => `"${name}"`).join(', ');

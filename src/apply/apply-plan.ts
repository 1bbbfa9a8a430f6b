// Does what a plan says: along its edges, several steps at a time, until it is done, something fails, or the signal fires. Makes no choices.

import { cancelledBy } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { StepEvent } from '#model/event.ts';
import type { HostNames } from '#model/host-names.ts';
import { type Plan, type Step, providerRuntime } from '#model/plan.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { Provided, Providers } from '#model/provided.ts';
import type { Project, Service } from '#model/project.ts';
import { type StepResult, imageKey } from '#model/receipt.ts';
import type { Sources } from '#model/sources.ts';
import type { PerformContext, Runtime, StepOutcome } from '#runtime/runtime.ts';
import { hostServicesFor, namesFor } from './host-names.ts';
import { putAddresses } from './put-addresses.ts';
import { stepInWords, subjectName } from './step-text.ts';
import { StepQueue, isWait } from './step-queue.ts';

export type Runtimes = ReadonlyMap<string, Runtime>;

export type ApplyOptions = {
  readonly runtimes: Runtimes;
  /** What runs providers' programs; left out where no plan has any. */
  readonly providers?: Providers;
  readonly placement?: PlacementRules;
  readonly project: Project;
  readonly sources: Sources;
  readonly musterHashes: Readonly<Record<string, string>>;
  readonly serviceHash?: (service: Service) => string;
  /** How many steps that do work run at once on each runtime, instead of what its traits say; waiting is not counted. */
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: StepEvent) => void;
  /** Unix milliseconds. */
  readonly now?: () => number;
};

export type ApplyResult = {
  readonly result: 'succeeded' | 'failed' | 'cancelled';
  /** In the plan's order. */
  readonly steps: readonly StepResult[];
  readonly errors: readonly MusterError[];
  /** Steps that were not done: what the same command would still have to do. */
  readonly left: readonly Step[];
  /** `imageKey` -> id of the images that were pulled or built. */
  readonly images: Readonly<Record<string, string>>;
  /** What providers said. */
  readonly provided: Provided;
};

export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<ApplyResult> {
  return new Application(plan, options).run();
}

/** One plan while it is applied. */
class Application {
  readonly #plan: Plan;
  readonly #options: ApplyOptions;
  readonly #queue: StepQueue;
  readonly #results = new Map<number, StepResult>();
  readonly #errors: MusterError[] = [];
  readonly #images: Record<string, string> = {};
  readonly #provided: Record<string, Provided[string]> = {};
  /** Handles of the replicas that this plan made, by what its steps call them. */
  readonly #made = new Map<string, string>();
  /** Steps that do work right now, by runtime. */
  readonly #working = new Map<string, number>();
  readonly #hostServicesOf = new Map<string, ReturnType<typeof hostServicesFor>>();
  /** By runtime; asked again after each change of a runtime whose replicas have addresses of their own. */
  readonly #hostNamesOf = new Map<string, Promise<HostNames | null>>();
  #running = 0;
  #finish: () => void = () => {};

  constructor(plan: Plan, options: ApplyOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#queue = new StepQueue(plan.steps);
  }

  async run(): Promise<ApplyResult> {
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
      this.#launch();
    });
    for (const step of this.#plan.steps) if (!this.#results.has(step.id)) this.#end(step, 'not-started', null);
    const steps = this.#plan.steps.map((step) => this.#results.get(step.id) as StepResult);
    const left = this.#plan.steps.filter((_, index) => steps[index]?.status !== 'done');
    const result = left.length === 0 ? 'succeeded' : this.#errors.length > 0 ? 'failed' : 'cancelled';
    return { result, steps, errors: this.#errors, left, images: this.#images, provided: this.#provided };
  }

  /** Starts whatever may start; ends the run when nothing runs and nothing may. */
  #launch(): void {
    if (!this.#options.signal.aborted) {
      for (let wait = this.#queue.takeWait(); wait !== undefined; wait = this.#queue.takeWait()) this.#start(wait);
      const hasRoom = (runtime: string): boolean => this.#workingOn(runtime) < this.#limitOf(runtime);
      for (let work = this.#queue.takeWork(hasRoom); work !== undefined; work = this.#queue.takeWork(hasRoom)) this.#start(work);
    }
    if (this.#running === 0) this.#finish();
  }

  #start(step: Step): void {
    const startedAt = this.#now();
    this.#running++;
    if (!isWait(step)) this.#working.set(step.runtime, this.#workingOn(step.runtime) + 1);
    this.#emit(step, 'started');
    void this.#perform(step)
      .then(
        (outcome) => this.#succeeded(step, startedAt, outcome),
        (error: unknown) => this.#failed(step, startedAt, error),
      )
      .finally(() => {
        this.#running--;
        if (!isWait(step)) this.#working.set(step.runtime, this.#workingOn(step.runtime) - 1);
        this.#launch();
      });
  }

  #workingOn(runtime: string): number {
    return this.#working.get(runtime) ?? 0;
  }

  /** Each runtime knows how many at once suit it; --parallel overrules. */
  #limitOf(runtime: string): number {
    const { concurrency, runtimes, providers } = this.#options;
    const own = runtime === providerRuntime ? providers : runtimes.get(runtime)?.traits;
    return concurrency ?? own?.concurrency ?? 1;
  }

  async #perform(step: Step): Promise<StepOutcome> {
    if (step.runtime === providerRuntime) return this.#callProvider(step);
    const { runtimes, project, sources, musterHashes, serviceHash, signal } = this.#options;
    const runtime = runtimes.get(step.runtime);
    if (runtime === undefined)
      throw new MusterError('UNSUPPORTED', `there is no runtime called ${step.runtime}`, {
        hint: `runtimes are: ${[...runtimes.keys()].join(', ')}`,
      });
    const made = { project, musterHashes, placement: this.#options.placement };
    return runtime.perform(this.#withHandle(step), {
      ...(step.kind === 'create-replica' && step.subject.type === 'replica'
        ? {
            ...(await putAddresses(step.subject.service, made, runtimes, signal)),
            hostServices: await this.#hostServices(step.runtime),
          }
        : { project, musterHashes }),
      ...(isStart(step) ? await this.#hostNames(step.runtime) : {}),
      sources,
      serviceHash,
      signal,
      progress: (text) => this.#emit(step, 'progress', text),
      output: (text) => this.#emit(step, 'output', text),
    });
  }

  #hostServices(runtime: string): ReturnType<typeof hostServicesFor> {
    let known = this.#hostServicesOf.get(runtime);
    if (known === undefined) this.#hostServicesOf.set(runtime, (known = hostServicesFor(runtime, this.#options)));
    return known;
  }

  async #callProvider(step: Step): Promise<StepOutcome> {
    const { providers, project, signal } = this.#options;
    const service = step.subject.type === 'service' ? step.subject.service : '';
    const { provider } = project.services[service] ?? project.disabledServices[service] ?? {};
    if (providers === undefined || provider === undefined) throw new Error(`nobody can perform step ${step.id}`);
    const call = {
      project: project.name,
      service,
      provider,
      environment: project.environment,
      signal,
      progress: (text: string) => this.#emit(step, 'progress', text),
      output: (text: string) => this.#emit(step, 'output', text),
    };
    if (step.kind === 'end-provider') await providers.down(call);
    else if (step.kind === 'stop-provider') await providers.stop(call);
    else this.#provided[service] = await providers.up(call);
    return {};
  }

  async #hostNames(runtime: string): Promise<Pick<PerformContext, 'hostNames'>> {
    let names = this.#hostNamesOf.get(runtime);
    if (names === undefined) this.#hostNamesOf.set(runtime, (names = namesFor(runtime, this.#options)));
    return { hostNames: (await names) ?? undefined };
  }

  /** A replica that an earlier step made is known by now. */
  #withHandle(step: Step): Step {
    if (step.subject.type !== 'replica' || step.subject.id !== null || step.kind === 'create-replica') return step;
    const id = this.#made.get(step.subject.name);
    return id === undefined ? step : { ...step, subject: { ...step.subject, id } };
  }

  #succeeded(step: Step, startedAt: number, outcome: StepOutcome): void {
    if (outcome.replicaId !== undefined && step.subject.type === 'replica') this.#made.set(step.subject.name, outcome.replicaId);
    if (outcome.imageId !== undefined && step.subject.type === 'image')
      this.#images[imageKey(step.runtime, step.subject.reference)] = outcome.imageId;
    if (this.#options.runtimes.get(step.runtime)?.traits.networks === true) this.#hostNamesOf.clear();
    if (outcome.warning !== undefined) this.#emit(step, 'warning', outcome.warning);
    this.#done(step, startedAt);
  }

  #done(step: Step, startedAt: number): void {
    this.#end(step, 'done', startedAt);
    this.#emit(step, 'done');
    this.#queue.done(step);
  }

  #failed(step: Step, startedAt: number, cause: unknown): void {
    const error = asMusterError(step, cause);
    // What was stopped by the signal did not fail.
    if (this.#options.signal.aborted && (error.code === 'CANCELLED' || error.code === cancelledBy(this.#options.signal).code)) {
      this.#end(step, 'cancelled', startedAt);
      this.#emit(step, 'cancelled');
      return;
    }
    if (step.options.optional === true || step.options.ignoreFailure === true) {
      this.#emit(step, 'warning', `${error.message}; going on without it`);
      this.#done(step, startedAt);
      return;
    }
    this.#errors.push(error);
    this.#end(step, 'failed', startedAt, { code: error.code, message: error.message });
    this.#emit(step, 'failed', error.message);
    const reason = `${stepInWords(step)} failed`;
    for (const follower of this.#queue.followersOf(step)) {
      if (this.#results.has(follower.id)) continue;
      this.#end(follower, 'skipped', null, { code: error.code, message: reason });
      this.#emit(follower, 'skipped', reason);
    }
  }

  #end(step: Step, status: StepResult['status'], startedAt: number | null, error?: StepResult['error']): void {
    this.#results.set(step.id, {
      step: step.id,
      kind: step.kind,
      subject: subjectName(step.subject),
      runtime: step.runtime,
      cause: step.cause,
      status,
      startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
      endedAt: startedAt === null ? null : new Date(this.#now()).toISOString(),
      ...(error === undefined ? {} : { error }),
    });
  }

  #emit(step: Step, status: StepEvent['status'], text?: string): void {
    this.#options.onEvent?.({ type: 'step', status, step, at: this.#now(), ...(text === undefined ? {} : { text }) });
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }
}

const isStart = ({ kind }: Step): boolean => kind === 'start-replica' || kind === 'restart-replica';

function asMusterError(step: Step, cause: unknown): MusterError {
  if (cause instanceof MusterError) return cause;
  // Anything else that a runtime throws is a bug of ours: keep it whole, and still finish the other steps.
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MusterError('STEP_FAILED', `${stepInWords(step)} failed: ${why}`, { cause });
}

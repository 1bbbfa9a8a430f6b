// The one path of every mutating command: lock, observe, plan, (ask,) apply, receipt.

import { MusterError } from '#lib/errors.ts';
import type { StepEvent } from '#model/event.ts';
import type { Observed } from '#model/observed.ts';
import type { Plan, Step, StepKind } from '#model/plan.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { Provided, Providers } from '#model/provided.ts';
import type { HashRules, Project, Service } from '#model/project.ts';
import { type Receipt, type StepResult, imageKey } from '#model/receipt.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import type { Sources } from '#model/sources.ts';
import { modelDigest } from '#plan/basis.ts';
import { combinePlans } from '#plan/combine.ts';
import { hydrateProject } from '#plan/hydrate.ts';
import { carrierOf } from '#plan/placed.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { currentActor } from './actor.ts';
import { type ApplyResult, type Runtimes, applyPlan } from './apply-plan.ts';
import { tellNames } from './host-names.ts';
import { observeAll } from './observe-all.ts';
import { type LockHolder, type LockRequest, withProjectLock } from './project-lock.ts';
import { placesOf } from './places-of.ts';
import { findPrograms, withAnswers } from './providers.ts';
import { appendReceipt, ensureRoomForReceipt } from './receipts.ts';
import { traitsOf } from './traits-of.ts';

/** What the planning functions get. */
export type View = {
  readonly project: Project;
  readonly observed: Observed;
  readonly musterHashes: Readonly<Record<string, string>>;
  readonly serviceHash?: (service: Service, rules?: HashRules) => string;
  readonly sources: Sources;
  readonly runtimes: TraitsByRuntime;
  readonly provided?: Provided;
  readonly placement?: PlacementRules;
};

export type ChangeRequest = {
  readonly verb: string;
  /** As typed, without secrets: `up --detach web`. Stands in receipts and in the lock. */
  readonly command: string;
  readonly projectName: string;
  /** null: there is no file; what labels tell is enough for `down`, `stop`, … */
  readonly project: Project | null;
  readonly sources?: Sources;
  readonly musterHashes?: Readonly<Record<string, string>>;
  /** Docker Compose's hash of a service, for those that join others' replicas. */
  readonly serviceHash?: (service: Service, rules?: HashRules) => string;
  readonly runtimes: Runtimes;
  readonly providers?: Providers;
  /** What they said; the project has it already. */
  readonly provided?: Provided;
  /** What carries a service that does not say. */
  readonly placement?: PlacementRules;
  /** Runtimes that may have something of the project; the others must answer before anything changes. */
  readonly optional?: ReadonlySet<string>;
  readonly onLost?: (runtime: Runtime, error: MusterError) => void;
  readonly stateDirectory: string;
  /** The steps of images and providers, for verbs that have any; applied first, then `plan` is asked again. */
  readonly images?: (view: View) => Plan;
  readonly plan: (view: View) => Plan;
  /** Asked again and again after the plan was applied, until there is nothing to do: who uses an address that came out different. */
  readonly settle?: (view: View) => Plan | null;
  /** Shows the plan and changes nothing; takes no lock, leaves no receipt. */
  readonly dryRun?: boolean;
  /** Asked before anything changes, with everything that is known then; false ends without a change. */
  readonly confirm?: (plan: Plan, view: View) => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly concurrency?: number;
  /** How long to wait for another run on the same project. */
  readonly lockTimeoutMs?: number;
  readonly onWait?: (holder: LockHolder | null) => void;
  /** Before each plan that is applied: the images' (if any), then the rest. */
  readonly onPlan?: (plan: Plan) => void;
  readonly onEvent?: (event: StepEvent) => void;
};

export type ChangeResult = {
  readonly outcome: 'planned' | 'declined' | 'succeeded' | 'failed' | 'cancelled';
  /** Everything that was to be done, as known before anything changed; what `--dry-run` shows. */
  readonly plan: Plan;
  /** What was applied, in order. */
  readonly applied: readonly Plan[];
  readonly receipt: Receipt | null;
  readonly errors: readonly MusterError[];
  /** Not done; the same command does it. */
  readonly left: readonly Step[];
  readonly project: Project;
  /** The same with what providers said. */
  readonly given: Project;
  /** As it was before. */
  readonly observed: Observed;
};

/** Throws what is wrong before anything changes; what fails while applying is in the result. */
export async function change(request: ChangeRequest): Promise<ChangeResult> {
  if (request.dryRun === true) {
    const view = await observe(request);
    return unapplied('planned', view, preview(request, view));
  }
  const locked = {
    stateDirectory: request.stateDirectory,
    project: request.projectName,
    command: `muster ${request.command}`,
    timeoutMs: request.lockTimeoutMs ?? 60_000,
    signal: request.signal,
    onWait: request.onWait,
  };
  const { places, runtimes } = await placesOf(request.runtimes, request.signal);
  return withLocks(locked, places, () => changeLocked({ ...request, runtimes }));
}

async function changeLocked(request: ChangeRequest): Promise<ChangeResult> {
  const view = await observe(request);
  const plan = preview(request, view);
  if (request.confirm !== undefined && !(await request.confirm(plan.combined, view))) return unapplied('declined', view, plan);
  // Where there is no room, what is there can still be ended and removed.
  if (!plan.combined.steps.every(({ kind }) => onlyEnds.has(kind)))
    ensureRoomForReceipt(request.stateDirectory, request.projectName);
  return applyAndRecord(request, view, plan);
}

const onlyEnds: ReadonlySet<StepKind> = new Set<StepKind>([
  'stop-replica',
  'kill-replica',
  'remove-replica',
  'disconnect-network',
  'remove-network',
  'remove-volume',
  'remove-image',
  'stop-provider',
  'end-provider',
]);

type Preview = { readonly images: Plan | null; readonly rest: Plan; readonly combined: Plan };

/** Both plans with the images that are here now. This also finds every problem before the first image is built. */
function preview(request: ChangeRequest, view: View): Preview {
  const rest = request.plan(view);
  const images = request.images?.(view) ?? null;
  const combined = images === null ? rest : combinePlans(images, rest, view.project);
  findPrograms(request.providers, combined, view.project);
  return { images, rest, combined };
}

async function observe(request: ChangeRequest): Promise<View> {
  const { projectName, project, signal, placement } = request;
  const runtimes = new Map(request.runtimes);
  const observed = await observeAll(runtimes.values(), {
    project: projectName,
    signal,
    ...(project === null ? {} : { wanted: project, carrierOf: (service) => carrierOf(service, { project, placement }) }),
    onLost: (runtime, error) => {
      if (request.optional?.has(runtime.name) !== true) throw error;
      runtimes.delete(runtime.name);
      request.onLost?.(runtime, error);
    },
  });
  return {
    project: project ?? hydrateProject(observed),
    observed,
    musterHashes: request.musterHashes ?? {},
    serviceHash: request.serviceHash,
    sources: request.sources ?? new Map(),
    runtimes: traitsOf(runtimes),
    provided: request.provided,
    ...(placement === undefined ? {} : { placement }),
  };
}

async function applyAndRecord(request: ChangeRequest, before: View, { images, rest, combined }: Preview): Promise<ChangeResult> {
  const startedAt = new Date().toISOString();
  const applied: Plan[] = [];
  const results: ApplyResult[] = [];
  let view = before;
  let current = request;
  const apply = async (plan: Plan): Promise<boolean> => {
    request.onPlan?.(plan);
    applied.push(plan);
    const { signal, concurrency, onEvent, providers } = request;
    const runtimes = reached(request.runtimes, view);
    const result = await applyPlan(plan, { ...view, runtimes, providers, signal, concurrency, onEvent });
    results.push(result);
    return result.result === 'succeeded';
  };
  const errors: MusterError[] = [];
  try {
    let isDone = images === null || images.steps.length === 0 ? await apply(rest) : false;
    if (images !== null && images.steps.length > 0 && (await apply(images))) {
      current = withAnswers(request, results.at(-1)?.provided ?? {});
      view = await observe(current);
      isDone = await apply(request.plan(view));
    }
    // An address can only change what depends on it, so this ends after as many rounds as the longest chain of references.
    for (let round = 0; isDone && round < Object.keys(before.project.services).length; round++) {
      const settling = request.settle?.((view = await observe(current))) ?? null;
      if (settling === null || settling.steps.length === 0) break;
      isDone = await apply(settling);
    }
  } catch (cause) {
    // Planning again can find what the images brought to light; it belongs in the receipt like any other failure.
    if (!(cause instanceof MusterError)) throw cause;
    errors.push(cause);
  }
  errors.push(...results.flatMap((result) => result.errors));
  // Also what failed halfway may have moved somebody; that it could not be told is no news then.
  const untold = await tellNamesIfAny(request, view);
  if (errors.length === 0 && untold !== null) errors.push(untold);
  const outcome = errors.length > 0 ? 'failed' : (results.at(-1)?.result ?? 'succeeded');
  let receipt: Receipt | null = null;
  try {
    receipt = record(request, { before, view }, { applied, results, outcome, startedAt });
  } catch (cause) {
    if (!(cause instanceof MusterError)) throw cause;
    errors.push(cause);
  }
  const left = results.flatMap((result) => result.left);
  const notReached = images !== null && applied.length === 1 && applied[0] === images ? rest.steps : [];
  return {
    outcome: receipt === null && outcome === 'succeeded' ? 'failed' : outcome,
    plan: combined,
    applied,
    receipt,
    errors,
    left: [...left, ...(outcome === 'succeeded' ? [] : notReached)],
    project: before.project,
    given: view.project,
    observed: before.observed,
  };
}

async function tellNamesIfAny({ runtimes, signal }: ChangeRequest, view: View): Promise<MusterError | null> {
  try {
    if (!signal.aborted) await tellNames({ ...view, runtimes: reached(runtimes, view), signal });
    return null;
  } catch (cause) {
    if (!(cause instanceof MusterError)) throw cause;
    return signal.aborted ? null : cause;
  }
}

type Views = { readonly before: View; readonly view: View };

type Done = {
  readonly applied: readonly Plan[];
  readonly results: readonly ApplyResult[];
  readonly outcome: Receipt['result'];
  readonly startedAt: string;
};

function record(request: ChangeRequest, { before, view }: Views, { applied, results, outcome, startedAt }: Done): Receipt {
  const images: Record<string, string> = {};
  for (const [runtime, found] of Object.entries(view.observed.images))
    for (const [reference, image] of Object.entries(found)) if (image !== null) images[imageKey(runtime, reference)] = image.id;
  for (const result of results) Object.assign(images, result.images);
  return appendReceipt(request.stateDirectory, {
    project: request.projectName,
    verb: request.verb,
    command: request.command,
    actor: currentActor(),
    runtimes: usedRuntimes(request.runtimes, before, view, results),
    planDigests: applied.map((plan) => plan.digest),
    inputs: { model: modelDigest(view.project), images, files: view.project.composeFiles },
    result: outcome,
    startedAt,
    endedAt: new Date().toISOString(),
    steps: numbered(results.flatMap((result) => result.steps)),
  });
}

/** Two plans stand in one receipt: their steps are counted through. */
function numbered(steps: readonly StepResult[]): StepResult[] {
  return steps.map((step, index) => ({ ...step, step: index + 1 }));
}

function unapplied(outcome: 'planned' | 'declined', view: View, { combined }: Preview): ChangeResult {
  const { project, observed } = view;
  return {
    outcome,
    plan: combined,
    applied: [],
    receipt: null,
    errors: [],
    left: combined.steps,
    project,
    given: project,
    observed,
  };
}

/** Without those that were lost. */
function reached(runtimes: Runtimes, { runtimes: looked }: View): Runtimes {
  return new Map([...runtimes].filter(([name]) => Object.hasOwn(looked, name)));
}

/** Those that carry something of the project, or did before: where the next command has to look. */
function usedRuntimes(runtimes: Runtimes, before: View, view: View, results: readonly ApplyResult[]): Receipt['runtimes'] {
  const { replicas, networks, volumes } = before.observed;
  const used = new Set([...replicas, ...networks, ...volumes].map(({ runtime }) => runtime));
  for (const service of Object.values(view.project.services)) used.add(carrierOf(service, view));
  for (const { steps } of results) for (const { runtime } of steps) used.add(runtime);
  return [...reached(runtimes, view)]
    .filter(([name]) => used.has(name))
    .map(([name, { location }]) => ({ name, location }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function withLocks<Result>(
  request: Omit<LockRequest, 'place'>,
  [place, ...others]: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  if (place === undefined) return work();
  return withProjectLock({ ...request, place }, () => withLocks(request, others, work));
}

// Every command that changes something: one request that is planned and applied, or with --dry-run only planned.

import { type ChangeResult, change, type View } from '#apply/change.ts';
import { MusterError, throwAll } from '#lib/errors.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import type { StepEvent } from '#model/event.ts';
import type { Plan, StepKind } from '#model/plan.ts';
import type { Project } from '#model/project.ts';
import type { Providers } from '#model/provided.ts';
import { musterHashesOf } from '#plan/muster-hashes.ts';
import type { App } from './app.ts';
import type { KnownApplication } from './application.ts';
import { withRuntimes } from './connect.ts';
import { interruptedExitCode } from './interrupts.ts';
import { openProgress, type Progress } from './progress.ts';
import { planText } from './render/plan-text.ts';
import type { VolumeConsent } from './volume-consent.ts';
import { rowName, stepWords } from './render/step-words.ts';

export type Submission = {
  readonly verb: string;
  readonly application: KnownApplication;
  /** It makes replicas: the content of secrets and configs is needed. */
  readonly makesReplicas?: boolean;
  readonly planImages?: (view: View) => Plan;
  readonly plan: (view: View) => Plan;
  /** What is to be done once the plan was applied, as often as there is something. */
  readonly settle?: (view: View) => Plan | null;
  /** Asked once the plan is known; false ends without a change. */
  readonly approve?: (plan: Plan, view: View) => Promise<boolean>;
  /** Each plan, before it is applied. */
  readonly onPlan?: (plan: Plan) => void;
  readonly onEvent?: (event: StepEvent) => void;
  /** For who writes on the same terminal meanwhile. */
  readonly progress?: Progress;
  readonly isQuiet?: boolean;
  /** Kinds of steps whose progress and output nobody asked for: --quiet-pull, --quiet-build. */
  readonly quietKinds?: readonly StepKind[];
  /** Told the project with what its providers said, once everything is done. */
  readonly onDone?: (given: Project) => void;
  /** It is only the preparation of something else: no word about there being nothing to do. */
  readonly isSilentWhenDone?: boolean;
};

/** As often as `consent` changes the plan. */
export async function submitWithConsent(app: App, consent: VolumeConsent, submission: Submission): Promise<number> {
  for (;;) {
    let isSettled = true;
    const approve = async (_plan: Plan, view: View): Promise<boolean> => (isSettled = await consent.settle(view));
    const code = await submit(app, { ...submission, approve });
    if (isSettled) return code;
  }
}

/** Yields the exit code; throws what failed, after saying what is left. */
export async function submit(app: App, submission: Submission): Promise<number> {
  const progress = submission.progress ?? openProgress(submission.isQuiet === true ? quiet(app) : app, submission.verb);
  const result = await perform(app, submission, progress);
  if (result.outcome === 'planned') return printPlan(app, result.plan);
  for (const note of result.applied.flatMap((plan) => plan.notes)) progress.say(note);
  if (result.outcome === 'succeeded') submission.onDone?.(result.given);
  return finish(result, progress, submission.isSilentWhenDone === true);
}

async function perform(app: App, submission: Submission, progress: Progress): Promise<ChangeResult> {
  const { name, project } = submission.application;
  // The loader has it in memory already.
  const { serviceHash } = project === null ? { serviceHash: undefined } : await import('#compose/hash.ts');
  const sources = project !== null && submission.makesReplicas === true ? await readSourcesOf(project) : undefined;
  try {
    return await withRuntimes(app, { project: name, file: project }, async ({ notice, ...opened }) => {
      if (notice !== '') progress.say(notice);
      return change({
        verb: submission.verb,
        command: app.command,
        projectName: name,
        project,
        sources,
        musterHashes: project === null || sources === undefined ? undefined : musterHashesOf(project, sources, opened.placement),
        serviceHash,
        ...opened,
        providers: hasProviders(project) ? await providersOf(app) : undefined,
        stateDirectory: stateDirectory(app.environment),
        images: submission.planImages,
        plan: submission.plan,
        settle: submission.settle,
        dryRun: app.globals.dryRun,
        confirm: submission.approve,
        signal: app.interrupts.signal,
        concurrency: app.globals.parallel ?? undefined,
        onWait: (holder) =>
          progress.say(holder === null ? 'Waiting for another muster' : `Waiting for ${holder.command} (pid ${holder.pid})`),
        onPlan: (plan) => {
          progress.plan(plan);
          submission.onPlan?.(plan);
        },
        onEvent: (event) => {
          if (isWorthTelling(event, submission.quietKinds)) progress.event(event);
          submission.onEvent?.(event);
        },
      });
    });
  } finally {
    progress.end();
  }
}

const hasProviders = (project: Project | null): boolean =>
  project !== null &&
  Object.values({ ...project.services, ...project.disabledServices }).some(({ provider }) => provider !== undefined);

async function providersOf({ environment, cwd }: App): Promise<Providers> {
  const [{ openProviders }, { pluginFolders }] = await Promise.all([
    import('#provider/open.ts'),
    import('#engine/plugin-folders.ts'),
  ]);
  return openProviders({ pluginFolders: pluginFolders(environment), path: environment['PATH'] ?? '', cwd });
}

/** A failure is told in any case. */
function isWorthTelling({ status, step }: StepEvent, quietKinds: readonly StepKind[] = []): boolean {
  return status === 'failed' || !quietKinds.includes(step.kind);
}

async function readSourcesOf(
  project: NonNullable<KnownApplication['project']>,
): ReturnType<typeof import('./read-sources.ts').readSources> {
  const { readSources } = await import('./read-sources.ts');
  return readSources(project);
}

function printPlan(app: App, plan: Plan): number {
  const { stdout } = app.terminal;
  stdout.write(app.planning?.asJson === true ? `${JSON.stringify(plan)}\n` : planText(plan, stdout.hasColour));
  return app.planning?.detailedExitCode === true && plan.steps.length > 0 ? 2 : 0;
}

function finish(result: ChangeResult, progress: Progress, isSilent: boolean): number {
  switch (result.outcome) {
    case 'planned':
    case 'declined':
      return 0;
    case 'succeeded':
      if (!isSilent && result.applied.every((plan) => plan.steps.length === 0)) progress.say(nothingToDo(result));
      return 0;
    case 'failed':
      if (result.left.length > 0) progress.say(`Not done: ${leftInWords(result)}. The same command again goes on from here.`);
      throwAll(result.errors);
      return 1;
    case 'cancelled':
      throw new MusterError('CANCELLED', `interrupted; not done: ${leftInWords(result)}`, {
        hint: 'run the same command again: it goes on from here',
        exitCode: interruptedExitCode,
      });
  }
}

function nothingToDo({ applied }: ChangeResult): string {
  const unchanged = new Set(applied.flatMap((plan) => plan.unchanged)).size;
  return unchanged === 0 ? 'Nothing to do' : `Nothing to do: ${unchanged} up to date`;
}

function leftInWords({ left }: ChangeResult): string {
  const words = left.map((step) => `${rowName(step)} (${stepWords(step).doing.toLowerCase()})`);
  const shown = words.slice(0, 8);
  return words.length > shown.length ? `${shown.join(', ')} and ${words.length - shown.length} more` : shown.join(', ');
}

function quiet(app: App): App {
  return { ...app, globals: { ...app.globals, progress: 'quiet' } };
}

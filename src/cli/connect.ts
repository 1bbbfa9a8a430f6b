// The runtimes that a command works with: opened, used, and closed whatever happens.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OnLost, Readable } from '#apply/joined-runtimes.ts';
import { MusterError } from '#lib/errors.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import { type PlacementRules, placementOf } from '#model/placement.ts';
import type { Project } from '#model/project.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { App } from './app.ts';
import { type Candidate, candidates } from './candidates.ts';
import { OpenHosts } from './open-hosts.ts';
import { openRuntime } from './open-runtime.ts';
import { placementRules } from './placement-rules.ts';
import { sameRuntimes } from './several-names.ts';

/** What a command is about. */
export type Scope = {
  /** null: all projects. */
  readonly project: string | null;
  /** null: no file, or one that says nothing of runtimes. */
  readonly file: Project | null;
};

export type Opened = {
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly placement: PlacementRules;
  /** Those among them that need not answer. */
  readonly optional: ReadonlySet<string>;
  readonly onLost: OnLost;
  /** Something about the choice of runtimes that a person should know before anything changes; '' when there is nothing. */
  readonly notice: string;
};

/** For commands that look: all runtimes as one. One that can't be reached is warned of, and the others are looked at. */
export async function withRuntime<Result>(app: App, scope: Scope, work: (runtime: Readable) => Promise<Result>): Promise<Result> {
  return withRuntimes(app, scope, async ({ runtimes, onLost }) => {
    const [only, ...others] = runtimes.values();
    if (only !== undefined && others.length === 0) return work(only);
    const { joinRuntimes } = await import('#apply/joined-runtimes.ts');
    return work(joinRuntimes([...runtimes.values()], onLost));
  });
}

/** For commands that change something. */
export async function withRuntimes<Result>(app: App, scope: Scope, work: (opened: Opened) => Promise<Result>): Promise<Result> {
  const runtimes = new Map<string, Runtime>();
  const hosts = new OpenHosts(app);
  try {
    const { rules, notice } = await settledRules(app, scope, { runtimes, hosts });
    const found = candidates({
      file: scope.file,
      rules,
      isChosen: app.globals.runtime !== '',
      used: scope.project === null ? [] : await usedBefore(app, scope.project),
      present: scope.file === null ? presentKinds(app) : [],
    });
    for (const { name, placement: place } of found)
      if (!runtimes.has(name)) runtimes.set(name, await openRuntime(app, hosts, place));
    const sameAs = await sameRuntimes(found, runtimes, app.interrupts.signal);
    const chosen = found.filter(({ name }) => !(name in sameAs));
    const placement = Object.keys(sameAs).length === 0 ? rules : { ...rules, sameAs };
    const opened = new Map(chosen.map(({ name }) => [name, runtimes.get(name) as Runtime]));
    const optional = new Set(chosen.filter(({ why }) => why !== 'needed').map(({ name }) => name));
    return await work({ runtimes: opened, placement, optional, onLost: tellOfLoss(app, chosen), notice });
  } finally {
    await Promise.all([...runtimes.values()].map((runtime) => runtime.close()));
    await hosts.close();
  }
}

async function usedBefore(app: App, project: string): Promise<readonly string[]> {
  const { lastUsedRuntimes } = await import('#apply/receipt-paths.ts');
  return lastUsedRuntimes(stateDirectory(app.environment), project);
}

/** Folders of the state directory. */
const keptIn = { process: 'agent', remote: 'remote' } as const;

/** What has kept something on this machine may carry parts of any project. */
function presentKinds(app: App): string[] {
  const state = stateDirectory(app.environment);
  return Object.entries(keptIn).flatMap(([kind, folder]) => (existsSync(join(state, folder)) ? [kind] : []));
}

/** Where there is no engine, services that say how they run natively do so. Asked only where there is such a service. */
async function settledRules(
  app: App,
  { file }: Scope,
  { runtimes, hosts }: { readonly runtimes: Map<string, Runtime>; readonly hosts: OpenHosts },
): Promise<{ readonly rules: PlacementRules; readonly notice: string }> {
  const rules = placementRules(app.globals);
  const settled = { rules, notice: '' };
  if (file === null || app.globals.runtime !== '') return settled;
  const prefersProcess = { ...rules, prefersProcess: true };
  const undecided = Object.entries(file.services).filter(
    ([, service]) => placementOf(file, service, rules).kind !== placementOf(file, service, prefersProcess).kind,
  );
  if (undecided.length === 0) return settled;
  const engine = await openRuntime(app, hosts, rules.fallback);
  runtimes.set(engine.name, engine);
  const absence = await absenceOf(engine, app);
  if (absence === null) return settled;
  const names = undecided.map(([name]) => name).join(', ');
  return { rules: prefersProcess, notice: `${absence.message}; run natively, as x-muster says: ${names}` };
}

/** null: it answers, or fails in another way, which is for the work to find. */
async function absenceOf(engine: Runtime, app: App): Promise<MusterError | null> {
  try {
    await engine.observe({ project: '', only: 'replicas', signal: app.interrupts.signal });
    return null;
  } catch (error) {
    return error instanceof MusterError && error.code === 'ENGINE_ABSENT' ? error : null;
  }
}

/** Nobody said that an engine is there: that there is none is no news. */
function tellOfLoss({ terminal }: App, chosen: readonly Candidate[]): OnLost {
  return ({ name }, error) => {
    if (chosen.find((each) => each.name === name)?.why === 'possible' && error.code === 'ENGINE_ABSENT') return;
    terminal.stderr.write(`muster: warning: what runs on ${name} is not seen: ${error.message}\n`);
  };
}

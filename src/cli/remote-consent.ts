// Who runs an application from elsewhere may not know what it includes, nor what it takes of this machine: both are said and agreed to first,
// as Docker Compose asks.

import { MusterError } from '#lib/errors.ts';
import { shownReference } from '#model/remote-reference.ts';
import type { Project } from '#model/project.ts';
import type { App } from './app.ts';
import { loadOptions } from './application.ts';
import { confirm } from './confirm.ts';
import { fetched, sayInPassing } from './fetch-remote.ts';

export type ConsentOptions = {
  readonly isAlwaysYes: boolean;
  /** Standard input is for somebody else: without a terminal nobody can answer. */
  readonly isInputTaken: boolean;
};

/** Returns when the application is one of this machine, or may be run. Throws NOT_AGREED, or BAD_ARGUMENT when nobody can be asked. */
export async function agreeToRemote(app: App, project: Project, options: ConsentOptions): Promise<void> {
  const named = await namedReferences(app, project);
  const [main] = named;
  if (main === undefined || main === null || app.globals.dryRun) return;
  sayInPassing(app, `${main} is stored in ${project.workingDir}`);
  if (options.isAlwaysYes) return;
  const reasons = [...includedBeside(named), ...(await variablesTaken(app, project))];
  if (reasons.length === 0) return;
  for (const reason of reasons) app.terminal.stderr.write(`  it ${reason}\n`);
  const question = `Run ${main}?`;
  const otherwise = '--yes agrees beforehand';
  if (options.isInputTaken && !app.terminal.canAsk)
    throw new MusterError('BAD_ARGUMENT', `${question} There is no terminal to ask at`, { hint: otherwise });
  if (await confirm(app, question, otherwise)) return;
  throw new MusterError('NOT_AGREED', `${main} was not run`, { hint: 'nothing was changed' });
}

/** What the person wrote, or .env says, in order; null for a file of this machine. */
async function namedReferences({ globals }: App, { environment }: Project): Promise<readonly (string | null)[]> {
  const { remoteReference } = await import('#compose/remote-reference.ts');
  const { COMPOSE_FILE: files = '', COMPOSE_PATH_SEPARATOR: separator } = environment;
  // With the usual separator an address stands alone there.
  const named = globals.files.length > 0 ? globals.files : separator ? files.split(separator) : [files];
  return named.map((file) => {
    const reference = remoteReference(file);
    return reference === null || reference.kind === 'other' ? null : shownReference(reference);
  });
}

/** Addresses that the person did not write. */
function includedBeside(named: readonly (string | null)[]): string[] {
  const others = new Set(fetched().map(shownReference));
  return [...others].filter((shown) => !named.includes(shown)).map((shown) => `includes ${shown}`);
}

/** By name: values are nobody's business but the application's. */
async function variablesTaken(app: App, project: Project): Promise<string[]> {
  const { loadRawModel } = await import('#compose/load.ts');
  const { variablesIn } = await import('#compose/config-output.ts');
  const { model } = await loadRawModel({ ...loadOptions(app), interpolate: false });
  const names = variablesIn(model)
    .map(({ name }) => name)
    .filter((name) => project.environment[name] !== undefined && name !== 'COMPOSE_PROJECT_NAME');
  return names.length === 0 ? [] : [`takes from here the value of ${names.join(', ')}`];
}

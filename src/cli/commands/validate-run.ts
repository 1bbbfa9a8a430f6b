import type { LoadOptions } from '#compose/load.ts';
import { distinct, MusterError, MusterErrors } from '#lib/errors.ts';
import type { Project } from '#model/project.ts';
import type { App } from '../app.ts';
import { loadOptions } from '../application.ts';
import type { Invocation } from '../command.ts';
import { failureAsText } from '../failure.ts';
import { validationAsJson } from '../render/validation-json.ts';
import { validationAsSarif } from '../render/validation-sarif.ts';
import type { validateFlags } from './validate.ts';

/** What was found: nothing wrong in `project`, or every problem. */
export type Validation = {
  readonly project: Project | null;
  readonly problems: readonly MusterError[];
  readonly cwd: string;
};

export async function run({ app, flags, args }: Invocation<typeof validateFlags>): Promise<number> {
  const validation = await validate(app, args);
  if (flags.format === 'json') app.terminal.stdout.write(validationAsJson(validation));
  else if (flags.format === 'sarif') app.terminal.stdout.write(validationAsSarif(validation));
  else writeText(app, validation, flags.quiet);
  return validation.problems.length === 0 ? 0 : 1;
}

/** The file as it is asked for, then with every profile: a mistake in a service that is off now waits for the day it is switched on. */
async function validate(app: App, files: readonly string[]): Promise<Validation> {
  const options = loadOptions(app);
  const asked = { ...options, files: [...options.files, ...files] };
  const { project, problems } = await judge(asked);
  if (project !== null && Object.keys(project.disabledServices).length === 0) return { project, problems, cwd: app.cwd };
  // Two profiles that exclude each other may share a name, and need files that are not there yet.
  const everything = { ...asked, profiles: ['*'], checkContainerNames: false, resolveEnvironment: false };
  const all = distinct([...(await judge(everything)).problems, ...problems]);
  return { project: all.length === 0 ? project : null, problems: all, cwd: app.cwd };
}

async function judge(options: LoadOptions): Promise<Pick<Validation, 'project' | 'problems'>> {
  const { loadProject } = await import('#compose/load.ts');
  try {
    return { project: await loadProject(options), problems: [] };
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return { project: null, problems: error instanceof MusterErrors ? error.errors : [error] };
  }
}

function writeText(app: App, { project, problems, cwd }: Validation, quiet: boolean): void {
  const { stdout, stderr } = app.terminal;
  if (project === null) {
    const [first, ...rest] = problems;
    if (first === undefined) return;
    stdout.write(`${failureAsText(new MusterErrors([first, ...rest]), { colour: stdout.hasColour, debug: false, cwd })}\n`);
    return stdout.write(`\n${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n`);
  }
  for (const warning of project.warnings) stderr.write(`muster: warning: ${warning}\n`);
  if (quiet) return;
  const count = Object.keys(project.services).length;
  stdout.write(`${project.name}: ${count} ${count === 1 ? 'service' : 'services'}, no problems\n`);
}

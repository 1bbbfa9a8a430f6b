// The flags that stand before or after any command, and what the environment says where they are silent.

import { MusterError } from '#lib/errors.ts';
import type { FlagTable, FlagValues } from './flag-types.ts';

export const progressModes = ['auto', 'tty', 'plain', 'json', 'quiet'] as const;
export type ProgressMode = (typeof progressModes)[number];

export const ansiModes = ['never', 'always', 'auto'] as const;
export type AnsiMode = (typeof ansiModes)[number];

export const globalFlags = {
  file: {
    type: 'strings',
    short: 'f',
    value: 'FILE',
    help: 'Compose file or its address, repeatable; - is standard input',
  },
  'project-name': { type: 'string', short: 'p', value: 'NAME', help: 'Project name' },
  profile: { type: 'strings', value: 'NAME', help: 'Enable a profile, repeatable; * is all' },
  'env-file': { type: 'strings', value: 'FILE', help: 'Read variables from this file instead of .env, repeatable' },
  'project-directory': {
    type: 'string',
    value: 'PATH',
    help: "Resolve relative paths here instead of at the first file's folder",
  },
  compatibility: { type: 'bool', help: 'Join names with _ instead of -' },
  'all-resources': { type: 'bool', help: 'Include networks and volumes that no service uses' },
  parallel: { type: 'int', value: 'N', help: 'At most N things at a time; -1 lets muster choose' },
  'dry-run': { type: 'bool', help: 'Print the plan and change nothing' },
  progress: { type: 'string', choices: progressModes, help: 'How progress is shown' },
  ansi: { type: 'string', choices: ansiModes, help: 'When to print colours' },
  host: { type: 'string', short: 'H', value: 'ENDPOINT', help: 'Engine to talk to: unix://, tcp:// or ssh://' },
  context: { type: 'string', value: 'NAME', help: 'Docker context to take the engine from' },
  runtime: { type: 'string', value: 'NAME', help: 'What carries services that do not say: docker or process' },
  debug: { type: 'bool', help: 'Show where an error was thrown' },
  workdir: { type: 'string', hidden: true, help: 'Old name of --project-directory' },
  'no-ansi': { type: 'bool', hidden: true, help: 'Old form of --ansi never' },
  verbose: { type: 'bool', hidden: true, help: 'Has no effect' },
} as const satisfies FlagTable;

export type Globals = {
  readonly files: readonly string[];
  /** '' leaves it to the file and the environment. */
  readonly projectName: string;
  readonly profiles: readonly string[];
  readonly envFiles: readonly string[];
  readonly projectDirectory: string;
  /** The flag; COMPOSE_COMPATIBILITY is about names alone. */
  readonly compatibility: boolean;
  readonly allResources: boolean;
  /** null: muster chooses. */
  readonly parallel: number | null;
  readonly dryRun: boolean;
  readonly progress: ProgressMode;
  readonly ansi: AnsiMode;
  readonly host: string;
  readonly context: string;
  /** '' leaves it to Docker; else `process`, `docker@ssh://host`. */
  readonly runtime: string;
  readonly debug: boolean;
};

type Environment = Readonly<Record<string, string | undefined>>;

export function readGlobals(flags: FlagValues<typeof globalFlags>, environment: Environment): Globals {
  const parallel = flags.parallel ?? parallelLimit(environment['COMPOSE_PARALLEL_LIMIT']);
  return {
    files: flags.file,
    projectName: flags['project-name'],
    profiles: flags.profile,
    envFiles: flags['env-file'],
    projectDirectory: projectDirectoryOf(flags),
    compatibility: flags.compatibility,
    allResources: flags['all-resources'],
    parallel: parallel !== null && parallel > 0 ? parallel : null,
    dryRun: flags['dry-run'],
    progress: choice(flags.progress, 'COMPOSE_PROGRESS', environment, progressModes),
    ansi: flags['no-ansi'] ? 'never' : choice(flags.ansi, 'COMPOSE_ANSI', environment, ansiModes),
    host: flags.host,
    context: flags.context,
    runtime: flags.runtime || environment['MUSTER_RUNTIME'] || '',
    debug: flags.debug,
  };
}

/** '' where neither flag was given. */
export function projectDirectoryOf(flags: FlagValues<typeof globalFlags>): string {
  return flags['project-directory'] || flags.workdir;
}

/** Go's notion of a true variable, as Docker Compose reads its own. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
}

function choice<Choice extends string>(
  flag: string,
  variable: string,
  environment: Environment,
  choices: readonly Choice[],
): Choice | 'auto' {
  const text = flag !== '' ? flag : (environment[variable] ?? '');
  if (text === '') return 'auto';
  const found = choices.find((one) => one === text);
  if (found !== undefined) return found;
  throw new MusterError('BAD_ARGUMENT', `${variable} is "${text}": one of ${choices.join(', ')} is expected`, {
    hint: `unset ${variable} or give it one of these`,
  });
}

function parallelLimit(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new MusterError('BAD_ARGUMENT', `COMPOSE_PARALLEL_LIMIT is "${text}": a whole number is expected`, {
    hint: 'unset it, or give a number',
  });
}

import { hostServicesFor, namesFor } from '#apply/host-names.ts';
import { putAddresses } from '#apply/put-addresses.ts';
import type { Project } from '#model/project.ts';
import { imageOf } from '#plan/image-reference.ts';
import { planImages } from '#plan/images.ts';
import { musterHashesOf } from '#plan/muster-hashes.ts';
import type { ImageOptions, PullPolicyFlag } from '#plan/options.ts';
import { carrierOf } from '#plan/placed.ts';
import type { PerformContext, RunOptions } from '#runtime/runtime.ts';
import type { App } from '../app.ts';
import { loadApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { nameSeparator, quietKinds } from '../create-options.ts';
import { withRuntimes } from '../connect.ts';
import { joinSession } from '../join-session.ts';
import { planRunNeeds } from '../plan-run-needs.ts';
import { readSources } from '../read-sources.ts';
import { agreeToRemote } from '../remote-consent.ts';
import { serviceToRun } from '../run-service.ts';
import { environmentOf, wantsTerminal } from '../session-flags.ts';
import { submit } from '../submit.ts';
import type { runFlags } from './run.ts';

type RunInvocation = Invocation<typeof runFlags>;

export async function run(invocation: RunInvocation): Promise<number> {
  const { app, flags, args } = invocation;
  const [name = ''] = args;
  const options = await runOptions(invocation);
  const loaded = await loadApplication(app, [name]);
  // Bad flags are told before anything is prepared.
  serviceToRun(app, loaded, name, flags);
  await agreeToRemote(app, loaded, { isAlwaysYes: flags.yes, isInputTaken: true });
  let project = loaded;
  const code = await prepare(invocation, loaded, name, (given) => (project = given));
  if (code !== 0 || app.globals.dryRun) return code;

  const service = serviceToRun(app, project, name, flags);
  const wanted: Project = { ...project, services: { ...project.services, [name]: service } };
  const sources = await readSources(wanted);
  const context: Omit<PerformContext, 'musterHashes'> = {
    project: {
      ...wanted,
      services: { ...wanted.services, [name]: { ...service, image: imageOf(project, name, service) ?? undefined } },
    },
    sources,
    signal: app.interrupts.signal,
    progress: () => {},
    output: () => {},
  };
  return withRuntimes(app, { project: project.name, file: project }, async ({ runtimes, placement }) => {
    const runtime = runtimes.get(carrierOf(service, { project, placement }));
    // What the service is to run on was needed for its preparation.
    if (runtime === undefined) throw new Error(`no runtime for ${name}`);
    const musterHashes = musterHashesOf(project, sources, placement);
    const addressed = await putAddresses(name, { ...context, musterHashes, placement }, runtimes, context.signal);
    const nearby = await hostServicesFor(runtime.name, { project, placement, runtimes });
    const { signal } = context;
    const hostNames = (await namesFor(runtime.name, { project, placement, runtimes, signal })) ?? undefined;
    const { replica, session } = await runtime.run(name, { ...context, ...addressed, hostServices: nearby, hostNames }, options);
    if (session === null) {
      app.terminal.stdout.write(`${replica.name}\n`);
      return 0;
    }
    return joinSession(session, { hasTerminal: options.tty, isInteractive: options.interactive, interrupts: app.interrupts });
  });
}

/** Images, networks, volumes and dependencies. */
function prepare(
  { app, flags, args }: RunInvocation,
  project: Project,
  name: string,
  onDone: (given: Project) => void,
): Promise<number> {
  const images: ImageOptions = {
    services: [name],
    noDeps: flags['no-deps'],
    build: flags.build,
    pull: flags.pull === '' ? undefined : (flags.pull as PullPolicyFlag),
    now: Math.floor(Date.now() / 1000),
  };
  const needs = {
    noDeps: flags['no-deps'],
    removeOrphans: flags['remove-orphans'],
    ignoreOrphans: true,
    separator: nameSeparator(app, project),
  } as const;
  const command = args.length > 1 ? 'the command' : 'its own command';
  const then = app.globals.dryRun
    ? [`then one container of ${name} is made and runs ${command}${flags.rm ? '; it is removed at the end' : ''}`]
    : [];
  return submit(app, {
    verb: 'run',
    application: { name: project.name, project },
    makesReplicas: true,
    quietKinds: quietKinds(flags),
    isQuiet: flags.quiet,
    isSilentWhenDone: true,
    onDone,
    planImages: (view) => planImages({ ...view, options: images }),
    plan: (view) => planRunNeeds(view, name, needs, then),
  });
}

async function runOptions({ app, flags, args }: RunInvocation): Promise<RunOptions> {
  const command = args.slice(1);
  return {
    command: command.length === 0 ? null : command,
    entrypoint: flags.entrypoint === '' ? null : await words(flags.entrypoint),
    tty: wantsTerminal(flags),
    interactive: flags.interactive && !flags.detach,
    detach: flags.detach,
    user: flags.user,
    workingDir: flags.workdir,
    environment: [...(await fileVariables(app, flags['env-from-file'])), ...environmentOf(app, flags.env)],
    name: flags.name,
    labels: Object.fromEntries(flags.label.map(splitLabel)),
    removeAfter: flags.rm,
    useAliases: flags['use-aliases'],
    signal: app.interrupts.signal,
  };
}

async function words(line: string): Promise<string[]> {
  const { splitShellWords } = await import('#lib/shell-words.ts');
  return splitShellWords(line) ?? [line];
}

async function fileVariables(app: App, files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return [];
  const [{ envFromFiles }, { diskReader }] = await Promise.all([import('#compose/env-files.ts'), import('#compose/read.ts')]);
  const variables = envFromFiles(files, {
    reader: diskReader,
    lookup: (name) => app.environment[name],
    warn: (message) => app.terminal.stderr.write(`muster: warning: ${message}\n`),
  });
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

function splitLabel(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

import { MusterError } from '#lib/errors.ts';
import type { Project } from '#model/project.ts';
import type { UpOptions } from '#plan/options.ts';
import { planImages } from '#plan/images.ts';
import { planAddresses, planUp } from '#plan/up.ts';
import type { WatchRule } from '#watch/rule.ts';
import type { App } from '../app.ts';
import type { Watch } from '../attach-up.ts';
import { loadApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { checkCreateFlags, createOptions, imageOptions, quietKinds } from '../create-options.ts';
import { isTrue } from '../globals.ts';
import { agreeToRemote } from '../remote-consent.ts';
import { submitWithConsent } from '../submit.ts';
import { VolumeConsent } from '../volume-consent.ts';
import type { upFlags } from './up.ts';

type Up = Invocation<typeof upFlags>;

export async function run(invocation: Up): Promise<number> {
  const { app, flags, args } = invocation;
  checkFlags(invocation);
  const project = await loadApplication(app, args);
  const options = upOptions(invocation, project);
  const images = imageOptions(flags, options);
  const watched = flags.watch ? { rules: await rulesToWatch(project, args), up: options } : null;
  await agreeToRemote(app, project, { isAlwaysYes: flags.yes, isInputTaken: false });
  const startServices = (ownApp: App, watch: Watch): Promise<number> => {
    const consent = new VolumeConsent(ownApp, flags.yes);
    return submitWithConsent(ownApp, consent, {
      verb: 'up',
      application: { name: project.name, project },
      makesReplicas: true,
      quietKinds: quietKinds(flags),
      planImages: (input) => planImages({ ...input, options: images }),
      plan: (input) => planUp({ ...input, options: { ...options, recreateVolumes: consent.agreedIn(input) } }),
      settle: (input) => planAddresses({ ...input, options }),
      ...watch,
    });
  };
  if (app.globals.dryRun || isDetached(invocation)) return startServices(app, {});
  const { attachUp } = await import('../attach-up.ts');
  return attachUp(invocation, { project, startServices, watched });
}

/** Found before anything starts. */
async function rulesToWatch(project: Project, services: readonly string[]): Promise<readonly WatchRule[]> {
  const { watchRules } = await import('../watch/watch-rules.ts');
  return watchRules(project, services);
}

const isDetached = ({ flags }: Up): boolean => flags.detach || flags.wait || flags['no-start'];

function upOptions({ app, flags, args }: Up, project: Project): UpOptions {
  return {
    ...createOptions(app, flags, args, project),
    // As in Docker Compose the variable is no matter of `create`.
    removeOrphans: flags['remove-orphans'] || isTrue(project.environment['COMPOSE_REMOVE_ORPHANS']),
    noDeps: flags['no-deps'],
    alwaysRecreateDeps: flags['always-recreate-deps'],
    timeoutSeconds: flags.timeout ?? undefined,
    noStart: flags['no-start'],
    renewAnonymousVolumes: flags['renew-anon-volumes'],
    wait: flags.wait,
    waitTimeoutSeconds: flags['wait-timeout'] ?? undefined,
  };
}

/** Flags that follow the logs mean nothing once the logs are not followed. */
function checkFlags(invocation: Up): void {
  const { flags, given } = invocation;
  checkCreateFlags(flags);
  if (flags.menu)
    throw new MusterError('NOT_YET', 'up does not have --menu yet, which Docker Compose has', {
      hint: 'leave --menu out',
    });
  if (flags.watch && flags['no-build'])
    throw new MusterError('BAD_FLAG', '--watch and --no-build exclude each other: a rebuild could not be done', {
      hint: 'give one of them',
    });
  if (!isDetached(invocation)) return;
  const detaching = flags.detach ? '--detach' : flags.wait ? '--wait' : '--no-start';
  const following = ['abort-on-container-exit', 'abort-on-container-failure', 'exit-code-from', 'attach', 'attach-dependencies'];
  // Docker Compose lets --no-start win over --watch.
  for (const name of flags['no-start'] ? following : [...following, 'watch'])
    if (given.has(name))
      throw new MusterError('BAD_FLAG', `${detaching} and --${name} exclude each other: the one returns, the other stays`, {
        hint: 'give one of them',
      });
}

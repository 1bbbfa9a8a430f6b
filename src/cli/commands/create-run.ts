import { planImages } from '#plan/images.ts';
import { planCreate } from '#plan/up.ts';
import { loadApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { checkCreateFlags, createOptions, imageOptions, quietKinds } from '../create-options.ts';
import { submitWithConsent } from '../submit.ts';
import { VolumeConsent } from '../volume-consent.ts';
import type { createFlags } from './create.ts';

export async function run({ app, flags, args }: Invocation<typeof createFlags>): Promise<number> {
  checkCreateFlags(flags);
  const project = await loadApplication(app, args);
  const options = createOptions(app, flags, args, project);
  const images = imageOptions(flags, options);
  const consent = new VolumeConsent(app, flags.yes);
  return submitWithConsent(app, consent, {
    verb: 'create',
    application: { name: project.name, project },
    makesReplicas: true,
    quietKinds: quietKinds(flags),
    planImages: (input) => planImages({ ...input, options: images }),
    plan: (input) => planCreate({ ...input, options: { ...options, recreateVolumes: consent.agreedIn(input) } }),
  });
}

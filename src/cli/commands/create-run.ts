import { planImages } from '#plan/images.ts';
import { planCreate } from '#plan/up.ts';
import { loadApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { createOptions, imageOptions, quietKinds } from '../create-options.ts';
import { submitWithConsent } from '../submit.ts';
import { VolumeConsent } from '../volume-consent.ts';
import type { createFlags } from './create.ts';

export async function run({ app, flags, args }: Invocation<typeof createFlags>): Promise<number> {
  const options = createOptions(app, flags, args);
  const images = imageOptions(flags, options);
  const project = await loadApplication(app, args);
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

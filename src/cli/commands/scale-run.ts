import { planImages } from '#plan/images.ts';
import { planScale } from '#plan/up.ts';
import { loadApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { nameSeparator } from '../create-options.ts';
import { readScale } from '../scale-flag.ts';
import { submit } from '../submit.ts';
import type { scaleFlags } from './scale.ts';

export async function run({ app, flags, args }: Invocation<typeof scaleFlags>): Promise<number> {
  const scale = readScale(args.map(splitPair), 'muster scale');
  const services = Object.keys(scale);
  const project = await loadApplication(app);
  const options = {
    services,
    scale,
    noDeps: flags['no-deps'],
    ignoreOrphans: true,
    separator: nameSeparator(app, project),
  } as const;
  return submit(app, {
    verb: 'scale',
    application: { name: project.name, project },
    makesReplicas: true,
    planImages: (input) => planImages({ ...input, options: { ...options, now: Math.floor(Date.now() / 1000) } }),
    plan: (input) => planScale({ ...input, options }),
  });
}

function splitPair(text: string): readonly [string, string | null] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}

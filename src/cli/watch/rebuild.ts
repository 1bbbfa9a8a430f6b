// A rebuild is an `up` of the services alone, with their images built and their replicas replaced; it leaves a receipt like any other.

import type { Observed } from '#model/observed.ts';
import { planImages } from '#plan/images.ts';
import { planPrune } from '#plan/prune.ts';
import { planUp } from '#plan/up.ts';
import { submit } from '../submit.ts';
import type { WatchRequest } from './watch-files.ts';

export type RebuildRequest = WatchRequest & { readonly services: readonly string[] };

export async function rebuild({ app, project, services, up, isPruning, isQuiet, onEvent }: RebuildRequest): Promise<void> {
  const { scale, separator, timeoutSeconds, renewAnonymousVolumes } = up;
  const options = {
    scale,
    separator,
    timeoutSeconds,
    renewAnonymousVolumes,
    services,
    noDeps: true,
    recreate: 'force',
    ignoreOrphans: true,
  } as const;
  let before: Observed['images'] | null = null;
  let isPruned = !isPruning;
  await submit(app, {
    verb: 'up',
    application: { name: project.name, project },
    makesReplicas: true,
    quietKinds: isQuiet ? ['build-image'] : [],
    planImages: (input) => planImages({ ...input, options: { ...options, build: true, now: Math.floor(Date.now() / 1000) } }),
    plan: (input) => {
      before ??= input.observed.images;
      return planUp({ ...input, options });
    },
    settle: (input) => {
      if (isPruned) return null;
      isPruned = true;
      return planPrune({ ...input, options: { services, before: before ?? {} } });
    },
    onEvent,
    isSilentWhenDone: true,
  });
}

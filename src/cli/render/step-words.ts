// Steps in the words that Docker Compose's progress uses.

import { placementNamed } from '#model/placement.ts';
import type { Step, StepKind, WaitCondition } from '#model/plan.ts';

type Words = { readonly doing: string; readonly done: string };

const wordsByKind: Readonly<Record<Exclude<StepKind, 'wait-dependency'>, Words>> = {
  'pull-image': { doing: 'Pulling', done: 'Pulled' },
  'build-image': { doing: 'Building', done: 'Built' },
  'create-network': { doing: 'Creating', done: 'Created' },
  'remove-network': { doing: 'Removing', done: 'Removed' },
  'create-volume': { doing: 'Creating', done: 'Created' },
  'remove-volume': { doing: 'Removing', done: 'Removed' },
  'create-replica': { doing: 'Creating', done: 'Created' },
  'start-replica': { doing: 'Starting', done: 'Started' },
  'stop-replica': { doing: 'Stopping', done: 'Stopped' },
  'restart-replica': { doing: 'Restarting', done: 'Started' },
  'kill-replica': { doing: 'Killing', done: 'Killed' },
  'remove-replica': { doing: 'Removing', done: 'Removed' },
  'rename-replica': { doing: 'Recreating', done: 'Recreated' },
  'connect-network': { doing: 'Connecting', done: 'Connected' },
  'disconnect-network': { doing: 'Disconnecting', done: 'Disconnected' },
  'remove-image': { doing: 'Removing', done: 'Removed' },
  'run-provider': { doing: 'Creating', done: 'Created' },
  // Not every provider knows how.
  'stop-provider': { doing: 'Stopping', done: 'Done' },
  'end-provider': { doing: 'Removing', done: 'Removed' },
};

const doneWaiting: Readonly<Record<WaitCondition, string>> = {
  service_started: 'Started',
  service_healthy: 'Healthy',
  service_completed_successfully: 'Exited',
  running_or_healthy: 'Ready',
};

/** What a replica of each kind of runtime is called. */
const nouns: Readonly<Record<string, string>> = { docker: 'Container', process: 'Process', remote: 'Remote' };

export function stepWords(step: Step): Words {
  if (step.kind === 'wait-dependency')
    return { doing: 'Waiting', done: doneWaiting[step.options.condition ?? 'service_started'] };
  return step.options.replaces === undefined ? wordsByKind[step.kind] : { doing: 'Recreating', done: 'Created' };
}

/** `Container shop-web-1`, `Process shop-api-1`: one row of progress; several steps may act on it one after the other. */
export function rowName({ subject, runtime }: Pick<Step, 'subject' | 'runtime'>): string {
  switch (subject.type) {
    case 'network':
      return `Network ${subject.name}`;
    case 'volume':
      return `Volume ${subject.name}`;
    case 'image':
      return `Image ${subject.reference}`;
    case 'service':
      return `Service ${subject.service}`;
    case 'replica':
      return `${nouns[placementNamed(runtime).kind] ?? 'Container'} ${subject.name}`;
  }
}

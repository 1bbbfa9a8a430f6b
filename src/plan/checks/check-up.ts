// Everything about an `up` that can be known to fail before anything changes. All problems at once; what is merely odd becomes a note.

import { MusterError, throwAll } from '#lib/errors.ts';
import type { Observed } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import type { Services } from '../dependencies.ts';
import type { UpOptions } from '../options.ts';
import { checkExternals } from './externals.ts';
import { checkNames } from './names.ts';
import { checkPorts } from './ports.ts';

/** Returns notes; throws MusterError or MusterErrors. */
export function checkUp(project: Project, observed: Observed, services: Services, options: UpOptions): string[] {
  const names = checkNames(project, services, options);
  throwAll([
    ...names.problems,
    ...checkPorts(project, observed, services, options),
    ...checkExternals(project, observed, services),
    ...refused(observed, services),
  ]);
  return names.notes;
}

function refused({ refusals = [] }: Observed, services: Services): MusterError[] {
  return refusals
    .filter(({ service }) => Object.hasOwn(services, service))
    .map(({ service, key, why, hint }) => new MusterError('UNSUPPORTED', `service ${service}: ${key} ${why}`, { hint }));
}

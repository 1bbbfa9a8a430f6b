// Everything about an `up` that can be known to fail before anything changes. All problems at once; what is merely odd becomes a note.

import { MusterError, throwAll } from '#lib/errors.ts';
import type { Observed } from '#model/observed.ts';
import type { Services } from '../dependencies.ts';
import type { PlanInput, UpOptions } from '../options.ts';
import { checkExternals } from './externals.ts';
import { checkJoins } from './joins.ts';
import { checkNames } from './names.ts';
import { checkPorts } from './ports.ts';

/** Returns notes; throws MusterError or MusterErrors. */
export function checkUp(input: PlanInput<UpOptions>, services: Services): string[] {
  const { project, observed, options = {} } = input;
  const names = checkNames(project, services, options);
  throwAll([
    ...names.problems,
    ...checkPorts(input, services),
    ...checkExternals(project, observed, services),
    ...checkJoins(services),
    ...refused(observed, services),
  ]);
  return names.notes;
}

function refused({ refusals = [] }: Observed, services: Services): MusterError[] {
  return refusals
    .filter(({ service }) => Object.hasOwn(services, service))
    .map(({ service, key, why, hint }) => new MusterError('UNSUPPORTED', `service ${service}: ${key} ${why}`, { hint }));
}

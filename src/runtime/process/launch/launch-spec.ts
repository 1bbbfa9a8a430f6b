// A service in Compose's words -> a program in the agent's. Pure: everything that it depends on is in the facts.

import type { LaunchSpec } from '#api/agent/contract.ts';
import { MusterError } from '#lib/errors.ts';
import { parseGoDuration } from '#lib/go-duration.ts';
import { label } from '#model/labels.ts';
import { musterOf } from '#model/muster-extension.ts';
import { placementLabels } from '../native-labels.ts';
import { signalName } from '../signal-name.ts';
import { expand, nativeCommand, nativeGroups } from './command.ts';
import { nativeEnvironment } from './environment.ts';
import { healthSchedule } from './health.ts';
import type { LaunchFacts } from './launch-facts.ts';
import { limitsOf, logSettings, ulimitsOf } from './limits.ts';
import { placesOf } from './places.ts';
import { assignPorts } from './ports.ts';
import { restartOf } from './restart.ts';

export function launchSpec(facts: LaunchFacts): LaunchSpec {
  const { definition: service, service: name, oneOff, directories } = facts;
  const { argv, workingDir, user } = nativeCommand(service);
  if (argv === null)
    throw new MusterError('UNSUPPORTED', `service ${name} does not say what to run natively`, {
      hint: 'say it: x-muster: { process: { command: … } }',
    });
  const { ports, variables: portVariables } = assignPorts(service, facts);
  const groups = nativeGroups(service);
  const { nice = 0 } = musterOf(service).process ?? {};
  const places = placesOf(service, directories);
  const variables = { ...identity(facts), ...portVariables, ...places.variables };
  return {
    name: facts.name,
    labels: {
      ...facts.labels,
      ...placementLabels({ ports, volumes: facts.volumeNames, directory: directories.own }),
    },
    // Not empty: checked above.
    argv: argv.map((word) => expand(word, variables, name)) as [string, ...string[]],
    workingDir: workingDir ?? facts.defaultWorkingDir,
    environment: nativeEnvironment(service, { base: facts.base, variables, places, name }),
    user: facts.account.isOwn ? '' : user,
    ...(groups.length === 0 ? {} : { groups }),
    stopSignal: signalName(service.stop_signal ?? '') ?? 'SIGTERM',
    stopGraceMs: graceOf(service.stop_grace_period),
    restart: restartOf(service, oneOff !== null),
    healthcheck: oneOff === null ? healthSchedule(service, ports) : null,
    tty: oneOff === null ? service.tty === true : oneOff.tty,
    openStdin: oneOff === null ? service.stdin_open === true : oneOff.interactive,
    stdinOnce: oneOff !== null && oneOff.interactive && !oneOff.detach,
    autoRemove: oneOff?.removeAfter === true,
    ...(directories.own === '' ? {} : { ownFolder: directories.own }),
    ulimits: ulimitsOf(service),
    ...(nice === 0 ? {} : { nice }),
    limits: limitsOf(service),
    ...(logSettings(service) === undefined ? {} : { log: logSettings(service) }),
  };
}

function identity({ project, service, number, labels }: LaunchFacts): Record<string, string> {
  return {
    MUSTER_PROJECT: project.name,
    MUSTER_SERVICE: service,
    MUSTER_REPLICA: number === null ? (labels[label.slug] ?? '').slice(0, 12) : String(number),
  };
}

/** Whole seconds, as Docker Compose rounds them; ten unless given. */
function graceOf(text: string | undefined): number {
  const parsed = text === undefined ? null : parseGoDuration(text);
  return parsed === null ? 10_000 : Math.trunc(parsed / 1e9) * 1000;
}

// How an application is: one word per replica, service and project, whatever carries them, each with its reason.

import type { ObservedReplica } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import { dependenciesOf } from './dependencies.ts';
import type { PlanInput } from './options.ts';
import { carrierOf } from './placed.ts';
import { wantedReplicas } from './scale.ts';
import { stateInWords } from './subjects.ts';

/**
 * `degraded`: some of it works. `stopped`: it does not run, and did not fail. `unknown`: nobody could be asked.
 * A job that has done its work is healthy.
 */
export type Status = 'healthy' | 'degraded' | 'starting' | 'unhealthy' | 'stopped' | 'unknown';

export type ReplicaStatus = { readonly replica: ObservedReplica; readonly status: Status; readonly why: string };

export type ServiceStatus = {
  readonly service: string;
  readonly status: Status;
  readonly why: string;
  readonly wanted: number;
  /** By number. */
  readonly replicas: readonly ReplicaStatus[];
};

export type ProjectStatus = { readonly project: string; readonly status: Status; readonly services: readonly ServiceStatus[] };

/** What a look at a port of a replica without a health check found. */
export type Check = { readonly isWell: boolean; readonly said: string };

export type StatusInput = Pick<PlanInput<unknown>, 'project' | 'observed' | 'placement'> & {
  /** By replica. */
  readonly checks: ReadonlyMap<string, Check>;
  /** Runtimes that could not be asked, and why. */
  readonly lost: ReadonlyMap<string, string>;
};

export function projectStatus(input: StatusInput): ProjectStatus {
  const { project, observed } = input;
  const jobs = jobsOf(project);
  const seen = Map.groupBy(
    observed.replicas.filter((replica) => !replica.oneOff && replica.replaces === null),
    (replica) => replica.service,
  );
  const names = new Set([...Object.keys(project.services), ...seen.keys()]);
  const services = [...names].sort().map((service) => {
    const replicas = (seen.get(service) ?? [])
      .sort((a, b) => a.number - b.number)
      .map((replica): ReplicaStatus => ({ replica, ...replicaStatus(replica, jobs.has(service), input.checks.get(replica.id)) }));
    return serviceStatus(service, replicas, input);
  });
  return { project: project.name, status: worstOf(services), services };
}

/** Services that others wait for to complete. */
function jobsOf({ services }: Project): ReadonlySet<string> {
  const conditions = Object.values(services).flatMap((service) => Object.entries(dependenciesOf(service)));
  return new Set(conditions.flatMap(([name, { condition }]) => (condition === 'service_completed_successfully' ? [name] : [])));
}

type Verdict = { readonly status: Status; readonly why: string };

function replicaStatus(replica: ObservedReplica, isJob: boolean, check: Check | undefined): Verdict {
  switch (replica.state) {
    case 'running':
      return runningStatus(replica, check);
    case 'restarting':
      return { status: 'unhealthy', why: `it keeps ending${replica.exitCode === null ? '' : `, last with ${replica.exitCode}`}` };
    case 'exited':
      if (replica.exitCode === 0 && isJob) return { status: 'healthy', why: 'it has done its work' };
      return { status: isFailure(replica.exitCode) ? 'unhealthy' : 'stopped', why: stateAndWhy(replica) };
    case 'created':
    case 'paused':
    case 'removing':
      return { status: 'stopped', why: stateAndWhy(replica) };
    case 'dead':
      return { status: 'unhealthy', why: 'the engine could not remove it' };
    case 'unknown':
      return { status: replica.health === 'unhealthy' ? 'unhealthy' : 'unknown', why: replica.status };
  }
}

/** A health check says it; else a port that it publishes; else that it runs has to do. */
function runningStatus(replica: ObservedReplica, check: Check | undefined): Verdict {
  switch (replica.health) {
    case 'healthy':
      return { status: 'healthy', why: checkSays(replica) };
    case 'unhealthy':
      return { status: 'unhealthy', why: replica.external === true ? afterColon(replica.status) : checkSays(replica) };
    case 'starting':
      return { status: 'starting', why: `its health check has not passed yet${colonAnd(replica.healthSaid)}` };
    case 'none':
      if (check === undefined) return { status: 'healthy', why: 'it runs; nothing tells more' };
      return { status: check.isWell ? 'healthy' : 'unhealthy', why: check.said };
  }
}

const checkSays = ({ healthSaid }: ObservedReplica): string => `its health check says so${colonAnd(healthSaid)}`;

const stateAndWhy = (replica: ObservedReplica): string => `${stateInWords(replica)}${colonAnd(replica.problem)}`;

const colonAnd = (said: string | undefined): string => (said === undefined ? '' : `: ${said}`);

const afterColon = (text: string): string => text.slice(text.indexOf(': ') + 1).trim();

/** What a stop leaves behind is no failure: SIGINT, SIGKILL, SIGTERM. */
const isFailure = (exitCode: number | null): boolean => exitCode !== null && ![0, 130, 137, 143].includes(exitCode);

function serviceStatus(name: string, replicas: readonly ReplicaStatus[], input: StatusInput): ServiceStatus {
  const service = input.project.services[name];
  const wanted = service === undefined ? replicas.length : wantedReplicas(service, name);
  const about = { service: name, wanted, replicas };
  if (service?.provider !== undefined)
    return { ...about, wanted: 0, status: 'healthy', why: `${service.provider.type} looks after it; nothing tells more` };
  if (replicas.length === 0) {
    const lost = input.lost.get(carrierOf(service, input));
    if (lost !== undefined) return { ...about, status: 'unknown', why: lost };
    return wanted === 0
      ? { ...about, status: 'healthy', why: 'none is wanted' }
      : { ...about, status: 'stopped', why: 'it has no replica' };
  }
  const healthy = replicas.filter(({ status }) => status === 'healthy').length;
  const [first] = replicas.filter(({ status }) => status !== 'healthy');
  if (first === undefined && healthy >= wanted) return { ...about, status: 'healthy', why: replicas[0]?.why ?? '' };
  if (healthy > 0) return { ...about, status: 'degraded', why: degradedBecause(healthy, wanted, first) };
  const rank = (['unhealthy', 'starting', 'unknown', 'stopped'] as const).find((status) =>
    replicas.some((each) => each.status === status),
  );
  const example = replicas.find((each) => each.status === rank);
  return { ...about, status: rank ?? 'unknown', why: example?.why ?? '' };
}

function degradedBecause(healthy: number, wanted: number, first: ReplicaStatus | undefined): string {
  const count = `${healthy} of ${Math.max(wanted, healthy)} healthy`;
  return first === undefined ? count : `${count}; ${first.replica.name}: ${first.why}`;
}

/** As bad as its worst part; partly well is degraded. */
function worstOf(services: readonly ServiceStatus[]): Status {
  const found = new Set(services.map(({ status }) => status));
  if (found.size === 0) return 'stopped';
  if (found.size === 1) return services[0]?.status ?? 'unknown';
  if (found.has('unhealthy') || found.has('degraded') || found.has('stopped')) return 'degraded';
  return found.has('unknown') ? 'unknown' : 'starting';
}

/** Replicas that only a look at one of their ports can tell about. */
export function needsCheck({ state, health, external }: ObservedReplica): boolean {
  return state === 'running' && health === 'none' && external !== true;
}

// `start` and `restart`: nothing is made or replaced, what is there is set running, dependencies first.

import { MusterError, throwAll } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import { basisOf } from './basis.ts';
import { type Services, dependenciesOf, dependentsOf, inDependencyOrder } from './dependencies.ts';
import { type DraftStep, PlanDraft } from './draft.ts';
import type { PlanInput, RestartOptions, StartOptions } from './options.ts';
import { withoutProviders } from './providers.ts';
import { timeoutOf } from './removal.ts';
import { isUp } from './replica-slots.ts';
import { wantedReplicas } from './scale.ts';
import { namedServices, selectServices } from './select.ts';
import { replicasOf } from './stop.ts';
import { existing, stateInWords } from './subjects.ts';
import { addWaitForAll } from './wait-for-all.ts';
import { Readiness, type WovenService, newWovenService } from './woven.ts';

/** Also starts what the named services depend on. A service without a replica is an error: `start` makes none. */
export function planStart(input: PlanInput<StartOptions>): Plan {
  const { project, observed, options = {} } = input;
  const services = withoutProviders(selectServices(project, options.services));
  const draft = new PlanDraft();
  const woven = new Map<string, WovenService>();
  const readiness = new Readiness(draft, services, woven);
  const replicas = Map.groupBy(
    observed.replicas.filter((each) => !each.oneOff),
    (each) => each.service,
  );
  const missing: MusterError[] = [];
  for (const name of inDependencyOrder(services)) {
    const steps = newWovenService();
    const own = replicas.get(name) ?? [];
    const service = services[name];
    if (own.length === 0 && service !== undefined && wantedReplicas(service, name) > 0) missing.push(nothingToStart(name));
    const toStart = own.filter((replica) => !isUp(replica));
    steps.kept.push(...own);
    const after = toStart.length > 0 ? readiness.of(name) : [];
    for (const replica of own) {
      if (isUp(replica)) {
        draft.unchanged.push(replica.name);
        continue;
      }
      const about = { subject: existing(replica), runtime: replica.runtime, cause: stateInWords(replica) };
      const start = draft.add({ ...about, kind: 'start-replica', after });
      steps.starts.push(start);
      steps.all.push(start);
    }
    woven.set(name, steps);
  }
  throwAll(missing);
  if (options.wait === true) addWaitForAll(draft, services, woven, options.waitTimeoutSeconds);
  return draft.finish({ project: project.name, verb: 'start', basis: basisOf(input, options) });
}

function nothingToStart(service: string): MusterError {
  return new MusterError('REPLICA_NOT_FOUND', `service ${service} has no replica to start`, {
    hint: `make one: muster up ${service}`,
  });
}

/** Restarts the named services and those that ask for it (`restart: true`), each after what it depends on. */
export function planRestart(input: PlanInput<RestartOptions>): Plan {
  const { project, observed, options = {} } = input;
  const all = { ...project.disabledServices, ...project.services };
  const named = namedServices(project, options.services);
  const chosen = options.noDeps === true ? new Set(named) : withRestartedDependents(all, named);
  const draft = new PlanDraft();
  const done = new Map<string, readonly DraftStep[]>();
  const waits = new Map<string, readonly DraftStep[]>();
  const replicas = Map.groupBy(replicasOf(project, observed, [...chosen]), (replica) => replica.service);
  for (const name of inDependencyOrder(all)) {
    if (!chosen.has(name)) continue;
    const service = all[name];
    const after = service === undefined ? [] : restartedBefore(dependenciesOf(service), done, waits, draft);
    const cause = named.includes(name) ? 'restart was asked for' : 'a service that it depends on is restarted';
    done.set(
      name,
      (replicas.get(name) ?? []).map((replica) => addRestart(draft, replica, cause, options, after)),
    );
  }
  return draft.finish({ project: project.name, verb: 'restart', basis: basisOf(input, options) });
}

function addRestart(
  draft: PlanDraft,
  replica: ObservedReplica,
  cause: string,
  options: RestartOptions,
  after: readonly DraftStep[],
): DraftStep {
  return draft.add({
    kind: 'restart-replica',
    subject: existing(replica),
    runtime: replica.runtime,
    cause,
    options: timeoutOf(options.timeoutSeconds),
    after,
  });
}

/** Only `restart: true` makes a restart wait for another, and for its health where that is asked for. */
function restartedBefore(
  dependencies: ReturnType<typeof dependenciesOf>,
  done: ReadonlyMap<string, readonly DraftStep[]>,
  waits: Map<string, readonly DraftStep[]>,
  draft: PlanDraft,
): DraftStep[] {
  return Object.entries(dependencies).flatMap(([dependency, { restart, condition, required }]) => {
    const steps = done.get(dependency) ?? [];
    if (restart !== true || steps.length === 0) return [];
    if (condition === 'service_started') return steps;
    const key = `${condition} ${required} ${dependency}`;
    let shared = waits.get(key);
    if (shared === undefined) {
      const carriers = [...new Set(steps.map(({ runtime }) => runtime))];
      shared = carriers.map((runtime) =>
        draft.add({
          kind: 'wait-dependency',
          subject: { type: 'service', service: dependency },
          runtime,
          cause: 'others depend on it',
          options: { condition, ...(required ? {} : { optional: true }) },
          after: steps,
        }),
      );
      waits.set(key, shared);
    }
    return shared;
  });
}

function withRestartedDependents(services: Services, names: readonly string[]): Set<string> {
  const chosen = new Set(names);
  const dependents = dependentsOf(services);
  for (const name of chosen)
    for (const dependent of dependents.get(name) ?? []) {
      const how = services[dependent] === undefined ? undefined : dependenciesOf(services[dependent])[name];
      // Adding to a set while walking it visits what was added.
      if (how?.restart === true) chosen.add(dependent);
    }
  return chosen;
}

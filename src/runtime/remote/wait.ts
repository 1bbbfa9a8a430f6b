// Waiting for what somebody else runs: it tells nothing by itself, so it is asked again and again.

import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Step } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../runtime.ts';
import { waitForDependency } from '../wait/wait.ts';
import { replicaOf } from './observe.ts';
import { defaultIntervalMs, millisecondsOf, probe } from './probe.ts';
import type { RemoteRecord } from './record.ts';
import type { RemoteSetting } from './setting.ts';

/** Asked more often than its health interval says: somebody waits. */
const askEveryMs = 500;
const defaultRetries = 3;

export async function waitDependency(setting: RemoteSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const { name: project } = context.project;
  if (step.options.condition === 'service_completed_successfully') throw neverCompletes(step);
  const lastSaid = new Map<string, string>();
  const illSince = new Map<string, number>();
  const look = async (record: RemoteRecord, signal: AbortSignal): Promise<ObservedReplica> => {
    if (record.state !== 'attached') return replicaOf(setting.name, record, null);
    const found = await probe(record.settings, setting.records.headers(record.id), signal);
    lastSaid.set(record.id, found.said);
    const replica = replicaOf(setting.name, record, { ...found, isReached: true });
    if (found.isWell) {
      illSince.delete(record.id);
      return replica;
    }
    const since = illSince.get(record.id) ?? Date.now();
    illSince.set(record.id, since);
    return { ...replica, health: Date.now() - since < patienceMs(record) ? 'starting' : 'unhealthy' };
  };
  return waitForDependency(
    {
      listen: (_service, news) => {
        const timer = setInterval(() => news.arrive(), askEveryMs);
        return Promise.resolve(() => clearInterval(timer));
      },
      replicas: (service, signal) =>
        Promise.all(
          setting.records
            .list(project)
            .filter((record) => record.service === service)
            .map((record) => look(record, signal)),
        ),
      lastProbe: ({ id }) => Promise.resolve(lastSaid.get(id) ?? ''),
    },
    step,
    context,
  );
}

/** As long as that many checks in a row would have failed. */
function patienceMs({ settings: { health } }: RemoteRecord): number {
  return millisecondsOf(health?.interval, defaultIntervalMs) * ((health?.retries ?? defaultRetries) - 1);
}

function neverCompletes({ subject }: Step): MusterError {
  const service = subject.type === 'service' ? subject.service : '';
  return new MusterError('DEPENDENCY_FAILED', `${service} is remote and never completes, but others wait for that`, {
    hint: 'wait with condition: service_healthy',
  });
}

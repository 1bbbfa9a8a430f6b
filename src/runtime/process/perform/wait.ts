// What a wait asks of the agent.

import type { ObservedReplica } from '#model/observed.ts';
import type { Step } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import type { News } from '../../wait/news.ts';
import { waitForDependency } from '../../wait/wait.ts';
import { isLost } from '../agent/access.ts';
import { findNative, listReplicas } from '../observe/list.ts';
import type { ProcessSetting } from '../setting.ts';

export function waitDependency(setting: ProcessSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const { name: project } = context.project;
  return waitForDependency(
    {
      listen: (service, news) => listen(setting, project, service, news),
      replicas: async (service, signal) =>
        (await listReplicas(setting, project, { signal })).filter((replica) => replica.service === service),
      lastProbe: (replica, signal) => lastProbe(setting, replica, signal),
    },
    step,
    context,
  );
}

/** The agent handles what one connection asks in order: what is looked at after this is not older than the first event. */
async function listen({ agent }: ProcessSetting, project: string, service: string, news: News): Promise<() => void> {
  await agent.client();
  const listening = new AbortController();
  const { signal } = listening;
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        for await (const batch of agent.stream('events', { project }, signal))
          if (batch.some(({ event }) => event.service === service)) news.arrive();
      } catch (error) {
        if (!isLost(error)) throw error;
      }
      // The next agent goes on where this one stopped, but what happened in between is told to nobody.
      news.arrive();
    }
  };
  follow().catch((error: Error) => {
    if (!signal.aborted) news.fail(error);
  });
  return () => listening.abort();
}

/** A courtesy, so its failure is no failure of ours. */
async function lastProbe(setting: ProcessSetting, { id }: ObservedReplica, signal: AbortSignal): Promise<string> {
  try {
    const probe = (await findNative(setting, id, { signal }))?.probes.at(-1);
    if (probe === undefined) return '';
    const said = probe.output.trim().slice(-300);
    return said === '' ? `its check ended with ${probe.exitCode}` : said;
  } catch {
    return '';
  }
}

// What a wait asks of the engine.

import type { ContainerInspect } from '#engine/api/container.ts';
import { refusalOf } from '#engine/engine.ts';
import { label } from '#model/labels.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Step } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import { waitForDependency } from '../../wait/wait.ts';
import { listReplicas } from '../observe/observe.ts';
import { healthOf, stateOf } from '../observe/status-text.ts';
import type { DockerSetting } from '../setting.ts';

export function waitDependency(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const { name: project } = context.project;
  return waitForDependency(
    {
      listen: (service, news) =>
        setting.watch(project).listen({
          event: (event) => {
            if (event.Actor.Attributes?.[label.service] === service) news.arrive();
          },
          lost: (error) => news.fail(error),
        }),
      replicas: (service, signal) => replicasOf(setting, project, service, signal),
      lastProbe: (replica, signal) => lastProbe(setting, replica.id, signal),
    },
    step,
    context,
  );
}

async function replicasOf(
  setting: DockerSetting,
  project: string,
  service: string,
  signal: AbortSignal,
): Promise<readonly ObservedReplica[]> {
  const replicas = await listReplicas(setting, project, { signal, labels: [`${label.service}=${service}`] });
  const looked = await Promise.all(
    replicas.map(async (replica) => (mayChange(replica) ? lookAt(setting, replica, signal) : replica)),
  );
  return looked.filter((replica) => replica !== null);
}

const mayChange = ({ state }: ObservedReplica): boolean => state !== 'exited' && state !== 'dead' && state !== 'removing';

/**
 * The engine tells `die` a moment before its list knows: a look at the list alone may be the last one and find the replica running. An inspect
 * waits for the engine to be done with the container. null: it is gone.
 */
async function lookAt({ engine }: DockerSetting, replica: ObservedReplica, signal: AbortSignal): Promise<ObservedReplica | null> {
  try {
    const { State } = await engine.json<ContainerInspect>({ path: `/containers/${replica.id}/json`, signal });
    const state = stateOf(State.Status);
    const ended = state === 'exited' || state === 'dead' || state === 'restarting';
    return { ...replica, state, health: healthOf(State.Health?.Status), exitCode: ended ? State.ExitCode : null };
  } catch (error) {
    if (refusalOf(error)?.status === 404) return null;
    throw error;
  }
}

/** What the health check said last; a courtesy, so its failure is no failure of ours. */
async function lastProbe({ engine }: DockerSetting, id: string, signal: AbortSignal): Promise<string> {
  try {
    const { State } = await engine.json<ContainerInspect>({ path: `/containers/${id}/json`, signal });
    const probe = State.Health?.Log?.at(-1);
    if (probe === undefined) return '';
    const said = probe.Output.trim().slice(-300);
    return said === '' ? `its check ended with ${probe.ExitCode}` : said;
  } catch {
    return '';
  }
}

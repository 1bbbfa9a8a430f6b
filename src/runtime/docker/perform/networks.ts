import type { NetworkConnect, NetworkCreated, NetworkInspect } from '#engine/api/network.ts';
import { refusalOf } from '#engine/engine.ts';
import { MusterError } from '#lib/errors.ts';
import type { Json } from '#lib/canonical-json.ts';
import { label } from '#model/labels.ts';
import type { Step } from '#model/plan.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import { endpointFor } from '../create/networking.ts';
import { networkBody } from '../create/network-body.ts';
import { handleOf, replicaOf } from '../handle.ts';
import type { DockerSetting } from '../setting.ts';
import { recipeFor } from './replica-recipe.ts';
import { explained } from './refusal.ts';

export async function createNetwork(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const { key, name } = networkOf(step);
  const { project, signal } = context;
  return explained(setting, { doing: `create network ${name}` }, async () => {
    try {
      const body = networkBody(project, key) as Json;
      const made = await setting.engine.json<NetworkCreated>({ path: '/networks/create', method: 'POST', body, signal });
      return made.Warning ? { warning: `network ${name}: ${made.Warning}` } : {};
    } catch (error) {
      // 409: the name is there, from a run before this one or from somebody else.
      if (refusalOf(error)?.status !== 409) throw error;
      const [found] = await networksNamed(setting, name, signal);
      if (found?.Labels?.[label.project] === project.name) return {};
      throw new MusterError('NAME_COLLISION', `network ${name} exists and does not belong to project ${project.name}`, {
        hint: 'set `external: true` to use it as it is, or give yours another name',
        cause: refusalOf(error),
      });
    }
  });
}

/** Engines may hold several networks of one name: all of ours go. */
export async function removeNetwork(
  setting: DockerSetting,
  step: Step,
  { project, signal }: PerformContext,
): Promise<StepOutcome> {
  const { name } = networkOf(step);
  for (const network of await networksNamed(setting, name, signal)) {
    if (network.Labels?.[label.project] !== project.name) continue;
    try {
      await explained(setting, { doing: `remove network ${name}` }, () =>
        setting.engine.json({ path: `/networks/${network.Id}`, method: 'DELETE', signal }),
      );
    } catch (error) {
      const refusal = refusalOf(error);
      // 404: gone meanwhile. 403: containers of somebody else are on it; it stays theirs.
      if (refusal?.status === 404) continue;
      if (refusal !== null && /active endpoints/.test(refusal.message))
        return { warning: `network ${name} is still in use, so it stays` };
      throw error;
    }
  }
  return {};
}

export async function connectNetwork(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const subject = replicaOf(step);
  const { key, name } = networkIn(step);
  const recipe = await recipeFor(setting, subject, context, {});
  recipe.sources.release();
  await connect(
    setting,
    name,
    { Container: handleOf(setting, subject), EndpointConfig: endpointFor(recipe, key) },
    context.signal,
  );
  return {};
}

export async function connect(setting: DockerSetting, network: string, body: NetworkConnect, signal: AbortSignal): Promise<void> {
  await explained(setting, { doing: `connect to network ${network}` }, async () => {
    try {
      const path = `/networks/${encodeURIComponent(network)}/connect`;
      await setting.engine.json({ path, method: 'POST', body, signal });
    } catch (error) {
      // 403: it is on that network already.
      if (!/already exists in network|already attached/i.test(refusalOf(error)?.message ?? '')) throw error;
    }
  });
}

export async function disconnectNetwork(setting: DockerSetting, step: Step, { signal }: PerformContext): Promise<StepOutcome> {
  const { name } = networkIn(step);
  const body = { Container: handleOf(setting, replicaOf(step)) };
  try {
    await explained(setting, { doing: `disconnect from network ${name}` }, () =>
      setting.engine.json({ path: `/networks/${encodeURIComponent(name)}/disconnect`, method: 'POST', body, signal }),
    );
  } catch (error) {
    const refusal = refusalOf(error);
    // 404: container or network is gone; the other one: it was not on it.
    if (refusal?.status !== 404 && !/is not connected to/i.test(refusal?.message ?? '')) throw error;
  }
  return {};
}

async function networksNamed({ engine }: DockerSetting, name: string, signal: AbortSignal): Promise<NetworkInspect[]> {
  // The engine's filter matches parts of names.
  const rows = await engine.json<NetworkInspect[]>({ path: '/networks', query: { filters: { name: [name] } }, signal });
  return rows.filter((row) => row.Name === name);
}

function networkOf({ subject, id }: Step): { readonly key: string; readonly name: string } {
  if (subject.type !== 'network') throw new Error(`step ${id} is not about a network`);
  return subject;
}

function networkIn({ options, id }: Step): { readonly key: string; readonly name: string } {
  if (options.network === undefined) throw new Error(`step ${id} names no network`);
  return options.network;
}

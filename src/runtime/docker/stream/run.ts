// `run`: a one-off container of a service. Nothing of it is lost, because we attach and wait before it starts.

import { randomBytes } from 'node:crypto';
import type { ObservedReplica } from '#model/observed.ts';
import { MusterError } from '#lib/errors.ts';
import type { PerformContext, RunOptions, Session } from '../../runtime.ts';
import { oneOffService } from '../../one-off.ts';
import { listReplicas } from '../observe/observe.ts';
import { createContainer } from '../perform/create-replica.ts';
import { explained } from '../perform/refusal.ts';
import { recipeFor } from '../perform/replica-recipe.ts';
import type { DockerSetting } from '../setting.ts';
import { forgetStaged } from '../stage/forget.ts';
import { ExitWait, attachedSession, connectTo } from './attach.ts';

export async function runOneOff(
  setting: DockerSetting,
  service: string,
  context: PerformContext,
  options: RunOptions,
): Promise<{ readonly replica: ObservedReplica; readonly session: Session | null }> {
  const { signal } = options;
  const slug = randomBytes(32).toString('hex');
  const name = options.name === '' ? `${context.project.name}-${service}-run-${slug.slice(0, 12)}` : options.name;
  const id = await create(setting, { service, name, slug, context, options });
  try {
    const session = options.detach ? null : await join(setting, id, options);
    await explained(setting, { doing: `start ${name}`, service, project: context.project.name }, () =>
      setting.engine.json({ path: `/containers/${id}/start`, method: 'POST', signal }),
    );
    return {
      replica: await observeOne(setting, context, id, name),
      session: session !== null && options.removeAfter ? forgetting(setting, session, context, service) : session,
    };
  } catch (error) {
    // Best effort: the error that counts is the first one.
    if (options.removeAfter)
      await setting.engine
        .json({ path: `/containers/${id}`, method: 'DELETE', query: { force: true, v: true } })
        .catch(() => undefined);
    throw error;
  }
}

type OneOffOrder = {
  readonly service: string;
  readonly name: string;
  readonly slug: string;
  readonly context: PerformContext;
  readonly options: RunOptions;
};

async function create(setting: DockerSetting, { service, name, slug, context, options }: OneOffOrder): Promise<string> {
  const { project } = context;
  const definition = project.services[service] ?? project.disabledServices[service];
  if (definition === undefined) throw new MusterError('UNKNOWN_SERVICE', `service ${service} is not in the Compose file`);
  const recipe = await recipeFor(setting, { service, name, number: 0 }, context, {
    definition: oneOffService(definition, options),
    oneOff: {
      slug,
      labels: options.labels,
      useAliases: options.useAliases,
      interactive: options.interactive,
      tty: options.tty,
      detach: options.detach,
      removeAfter: options.removeAfter,
    },
  });
  return (await createContainer(setting, { name, recipe, signal: options.signal })).id;
}

async function join(setting: DockerSetting, id: string, { interactive, tty, signal, removeAfter }: RunOptions): Promise<Session> {
  const ending = await ExitWait.open(setting, id, removeAfter ? 'removed' : 'next-exit', signal);
  try {
    const duplex = await connectTo(setting, id, interactive, signal);
    return attachedSession(setting, id, { duplex, ending, tty, interactive });
  } catch (error) {
    ending.close();
    throw error;
  }
}

/** Its staged files go with it. */
function forgetting(setting: DockerSetting, session: Session, { project, signal }: PerformContext, service: string): Session {
  const exit = session.exit.then(async (code) => {
    // Best effort: the next removal of a replica of this service does the same.
    await forgetStaged(setting, project.name, service, signal).catch(() => undefined);
    return code;
  });
  exit.catch(() => {});
  return { ...session, exit };
}

/** It may have ended and gone already: then its creation is all that is known. */
async function observeOne(
  setting: DockerSetting,
  { project, signal }: PerformContext,
  id: string,
  name: string,
): Promise<ObservedReplica> {
  const found = (await listReplicas(setting, project.name, { signal })).find((replica) => replica.id === id);
  return found ?? gone(setting.name, id, name);
}

function gone(runtime: string, id: string, name: string): ObservedReplica {
  return {
    id,
    name,
    runtime,
    service: '',
    number: 0,
    oneOff: true,
    state: 'unknown',
    health: 'none',
    exitCode: null,
    createdAt: 0,
    image: '',
    imageId: '',
    configHash: '',
    musterHash: '',
    config: null,
    networks: [],
    volumes: [],
    ports: [],
    replaces: null,
    status: '',
    command: '',
    labels: {},
  };
}

// `run`: a one-off replica of a service. Nothing of it is lost, because we attach before it starts.

import { randomBytes } from 'node:crypto';
import { untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { PerformContext, RunOptions, Session } from '../../runtime.ts';
import { failureIn } from '../failure.ts';
import type { LaunchFacts } from '../launch/launch-facts.ts';
import { findNative } from '../observe/list.ts';
import { replicaFrom } from '../observe/replica.ts';
import { nativeOneOff } from '../one-off.ts';
import { besideOthers } from '../one-off-ports.ts';
import { createNative } from '../perform/create-replica.ts';
import { removeNative } from '../perform/replica-life.ts';
import { factsFor, serviceOf } from '../replica-facts.ts';
import type { ProcessSetting } from '../setting.ts';
import { sessionOver } from './session.ts';

export async function runOneOff(
  setting: ProcessSetting,
  service: string,
  context: PerformContext,
  options: RunOptions,
): Promise<{ readonly replica: ObservedReplica; readonly session: Session | null }> {
  const facts = await besideOthers(setting, await oneOffFacts(setting, service, context, options), options.signal);
  const { id } = await createNative(setting, facts, { sources: context.sources, signal: options.signal });
  const made = await findNative(setting, id);
  if (made === null) throw new MusterError('STATE_CHANGED', `${facts.name} is gone`, { hint: 'run the same command again' });
  // Without the signal: what is left half-made would stay.
  const remove = (): Promise<void> =>
    removeNative(setting, made, { force: true, context: { signal: new AbortController().signal } });
  try {
    const session = options.detach ? null : await join(setting, id, options, remove);
    const { hostNames: hosts } = context;
    const start = setting.agent.call('start', { ids: [id], ...(hosts === undefined ? {} : { hosts }) });
    const { outcomes } = await untilAborted(start, options.signal);
    const failure = failureIn(outcomes, `start ${facts.name}`);
    if (failure !== null) throw failure;
    // It may have ended and gone already: then its creation is all that is known.
    return { replica: replicaFrom((await findNative(setting, id)) ?? made, setting.name, Date.now()), session };
  } catch (error) {
    // Best effort: the error that counts is the first one.
    if (options.removeAfter) await remove().catch(() => undefined);
    throw error;
  }
}

function oneOffFacts(
  setting: ProcessSetting,
  service: string,
  context: PerformContext,
  options: RunOptions,
): Promise<LaunchFacts> {
  const slug = randomBytes(32).toString('hex');
  const name = options.name === '' ? `${context.project.name}-${service}-run-${slug.slice(0, 12)}` : options.name;
  const { interactive, tty, detach, removeAfter, labels } = options;
  return factsFor(
    setting,
    {
      service,
      name,
      number: null,
      replaces: false,
      definition: nativeOneOff(serviceOf(service, context), options),
      oneOff: { slug, labels, interactive, tty, detach, removeAfter },
    },
    context,
  );
}

async function join(
  { agent }: ProcessSetting,
  id: string,
  { interactive, signal, removeAfter }: RunOptions,
  remove: () => Promise<void>,
): Promise<Session> {
  const client = await agent.client();
  const open = await untilAborted(client.attach(id, { stdin: interactive }), signal);
  // The agent removes it, too, should this command be killed; but whoever has the exit code finds it gone.
  return sessionOver(open, signal, async () => {
    const code = await open.exit;
    if (removeAfter) await remove();
    return code;
  });
}

import { untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Session } from '../../runtime.ts';
import { findNative } from '../observe/list.ts';
import type { ProcessSetting } from '../setting.ts';
import { notRunning, unreachable } from './exec.ts';
import { sessionOver } from './session.ts';

/** Joins the streams of a replica's own program. */
export async function attach(
  setting: ProcessSetting,
  replica: ObservedReplica,
  { interactive, signal }: { readonly interactive: boolean; readonly signal: AbortSignal },
): Promise<Session> {
  try {
    const found = await findNative(setting, replica.id, { signal });
    if (found === null) throw new MusterError('REPLICA_NOT_FOUND', `${replica.name} is gone`);
    if (found.state !== 'running' && found.state !== 'restarting') throw notRunning(replica);
    const client = await setting.agent.client();
    return sessionOver(await untilAborted(client.attach(replica.id, { stdin: interactive && found.openStdin }), signal), signal);
  } catch (error) {
    throw unreachable(error, replica) ?? error;
  }
}

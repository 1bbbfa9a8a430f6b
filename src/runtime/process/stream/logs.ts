import { MusterError } from '#lib/errors.ts';
import { momentText, parseMoment } from '#lib/moment.ts';
import type { LogRecord } from '#model/event.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { LogOptions } from '../../runtime.ts';
import type { ProcessSetting } from '../setting.ts';

/** Reads as fast as it is read from: a consumer that lags holds the agent back, and nothing is dropped. */
export async function* logs(
  { agent }: ProcessSetting,
  { id, name, service, number }: ObservedReplica,
  { follow, timestamps, since, until, tail, signal }: LogOptions,
): AsyncGenerator<LogRecord> {
  const now = Date.now();
  const moment = (text: string): string => momentText(parseMoment(text, now));
  const query = { id, follow, timestamps, tail, since: moment(since), until: moment(until) };
  try {
    for await (const batch of agent.stream('logs', query, signal))
      for (const record of batch) {
        yield { ...record, service, replicaName: name, number };
        if (signal.aborted) return;
      }
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof MusterError && error.code === 'REPLICA_NOT_FOUND')
      throw new MusterError('REPLICA_NOT_FOUND', `${name} is gone, and its log with it`, { cause: error });
    throw error;
  }
}

import type { ContainerInspect } from '#engine/api/container.ts';
import { refusalOf } from '#engine/engine.ts';
import { logLines } from '#engine/log-lines.ts';
import { MusterError } from '#lib/errors.ts';
import type { LogRecord } from '#model/event.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { LogOptions } from '../../runtime.ts';
import type { DockerSetting } from '../setting.ts';
import { engineTime } from './engine-time.ts';

/** Reads as fast as it is read from: a consumer that lags holds the engine back, and nothing is dropped. */
export async function* logs({ engine }: DockerSetting, replica: ObservedReplica, options: LogOptions): AsyncGenerator<LogRecord> {
  const { signal, follow, timestamps } = options;
  const now = Date.now();
  const { name: replicaName, service, number } = replica;
  try {
    const { Config } = await engine.json<ContainerInspect>({ path: `/containers/${replica.id}/json`, signal });
    const body = await engine.stream({
      path: `/containers/${replica.id}/logs`,
      query: {
        follow,
        stdout: true,
        stderr: true,
        timestamps,
        since: engineTime(options.since, now),
        until: engineTime(options.until, now),
        tail: options.tail === null ? 'all' : String(options.tail),
      },
      signal,
    });
    try {
      for await (const line of logLines(body, { tty: Config.Tty === true, timestamps }))
        yield { service, replicaName, number, ...line };
    } finally {
      body.destroy();
    }
  } catch (error) {
    if (signal.aborted) return;
    throw unreadable(error, replica) ?? error;
  }
}

function unreadable(error: unknown, { name, service }: ObservedReplica): MusterError | null {
  const refusal = refusalOf(error);
  if (refusal?.status === 404)
    return new MusterError('REPLICA_NOT_FOUND', `${name} is gone, and its log with it`, { cause: refusal });
  if (!/does not support reading/i.test(refusal?.message ?? '')) return null;
  return new MusterError('UNSUPPORTED', `the logging driver of ${name} keeps no log that can be read back`, {
    hint: `read it where the driver sends it, or set logging.driver of ${service} to local or json-file`,
    cause: refusal,
  });
}

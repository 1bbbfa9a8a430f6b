import type { Duplex, Readable } from 'node:stream';
import type { ContainerInspect, ContainerWait } from '#engine/api/container.ts';
import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Session } from '../../runtime.ts';
import type { DockerSetting } from '../setting.ts';
import { unreachable } from './exec.ts';
import { resizer, sessionOver } from './session.ts';

type Setting = Pick<DockerSetting, 'engine'>;

/** Joins the streams of a container's main process. */
export async function attach(
  setting: Setting,
  replica: ObservedReplica,
  { interactive, signal }: { readonly interactive: boolean; readonly signal: AbortSignal },
): Promise<Session> {
  try {
    const { Config, State } = await setting.engine.json<ContainerInspect>({ path: `/containers/${replica.id}/json`, signal });
    if (!State.Running)
      throw new MusterError('REPLICA_NOT_RUNNING', `${replica.name} is not running (${replica.status})`, {
        hint: `start it: muster start ${replica.service}; see why it ended: muster logs ${replica.service}`,
      });
    const ending = await ExitWait.open(setting, replica.id, 'not-running', signal);
    const streams = { tty: Config.Tty === true, interactive: interactive && Config.OpenStdin === true };
    const duplex = await connectTo(setting, replica.id, streams.interactive, signal);
    return attachedSession(setting, replica.id, { ...streams, duplex, ending });
  } catch (error) {
    throw unreachable(error, replica) ?? error;
  }
}

export function connectTo({ engine }: Setting, id: string, interactive: boolean, signal: AbortSignal): Promise<Duplex> {
  const query = { stream: true, stdin: interactive, stdout: true, stderr: true };
  return engine.hijack({ path: `/containers/${id}/attach`, method: 'POST', query, signal });
}

export type Attached = {
  readonly duplex: Duplex;
  readonly ending: ExitWait;
  readonly tty: boolean;
  readonly interactive: boolean;
};

export function attachedSession({ engine }: Setting, id: string, { duplex, ending, tty, interactive }: Attached): Session {
  return sessionOver({
    duplex,
    tty,
    interactive,
    exitCode: () => ending.code(),
    resize: resizer(engine, `/containers/${id}`),
    signal: async (name) => {
      await engine.json({ path: `/containers/${id}/kill`, method: 'POST', query: { signal: name } });
    },
  });
}

/** The engine's promise to tell how a container ended. It holds from the moment that `open` resolves. */
export class ExitWait {
  readonly #answer: Readable;

  private constructor(answer: Readable) {
    this.#answer = answer;
  }

  /** `removed` is what an auto-removed container ends with; `next-exit` also waits for one that was not started yet. */
  static async open(
    { engine }: Setting,
    id: string,
    condition: 'not-running' | 'next-exit' | 'removed',
    signal: AbortSignal,
  ): Promise<ExitWait> {
    return new ExitWait(await engine.stream({ path: `/containers/${id}/wait`, method: 'POST', query: { condition }, signal }));
  }

  async code(): Promise<number> {
    let text = '';
    for await (const chunk of this.#answer) text += String(chunk);
    const { StatusCode, Error: failure } = JSON.parse(text) as ContainerWait;
    if (failure?.Message) throw new MusterError('ENGINE_REFUSED', `the engine lost track of the container: ${failure.Message}`);
    return StatusCode;
  }

  close(): void {
    this.#answer.destroy();
  }
}

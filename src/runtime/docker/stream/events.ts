import type { EngineEvent } from '#engine/api/event.ts';
import { textLines } from '#engine/lines.ts';
import { MusterError } from '#lib/errors.ts';
import type { RuntimeEvent } from '#model/event.ts';
import { label } from '#model/labels.ts';
import type { DockerSetting } from '../setting.ts';
import { engineTime } from './engine-time.ts';

export type EventOptions = {
  readonly project: string;
  readonly since?: string;
  readonly until?: string;
  readonly signal: AbortSignal;
};

/** What happens to the containers of a project, from the moment of the first `next()` on. */
export async function* events({ engine }: DockerSetting, options: EventOptions): AsyncGenerator<RuntimeEvent> {
  const { project, since = '', until = '', signal } = options;
  const now = Date.now();
  // The engine subscribes us a moment after its headers: on this machine, whose clock is the engine's, asking from now on closes the gap.
  const from = engineTime(since, now) ?? (engine.isLocal ? engineTime('0s', now) : undefined);
  const filters = { type: ['container'], label: [`${label.project}=${project}`] };
  try {
    const body = await engine.stream({ path: '/events', query: { since: from, until: engineTime(until, now), filters }, signal });
    try {
      for await (const { text } of textLines(body)) {
        const event = eventFrom(text);
        if (event !== null) yield event;
      }
    } finally {
      body.destroy();
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  if (until === '' && !signal.aborted)
    throw new MusterError('ENGINE_LOST', `the Docker Engine at ${engine.endpoint} ended its stream of events`, {
      hint: 'see whether it was restarted, then run the command again',
    });
}

/** null for a container that is no replica of a service. */
export function eventFrom(text: string): RuntimeEvent | null {
  const event = JSON.parse(text) as EngineEvent;
  const attributes = event.Actor.Attributes ?? {};
  const service = attributes[label.service];
  if (service === undefined) return null;
  // timeNano has more digits than a JSON number holds: they are taken from the text.
  const atNano = /"timeNano":(\d+)/.exec(text)?.[1] ?? `${event.time}000000000`;
  const exitCode = attributes['exitCode'];
  return {
    type: 'runtime',
    at: Number(atNano.slice(0, -6)),
    atNano,
    service,
    replicaId: event.Actor.ID,
    replicaName: attributes['name'] ?? '',
    action: event.Action,
    exitCode: exitCode === undefined ? null : Number(exitCode),
    attributes: Object.fromEntries(
      Object.entries(attributes).filter(([name]) => !/^(com\.docker\.compose|dev\.muster)\./.test(name)),
    ),
  };
}

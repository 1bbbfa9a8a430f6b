import type { RuntimeEvent } from '#model/event.ts';
import { findScope } from '../application.ts';
import type { Invocation } from '../command.ts';
import { withRuntime } from '../connect.ts';
import type { eventsFlags } from './events.ts';

export async function run({ app, flags, args }: Invocation<typeof eventsFlags>): Promise<number> {
  const scope = await findScope(app);
  const { project } = scope;
  const { signal } = app.interrupts;
  return withRuntime(app, scope, async (runtime) => {
    const period = { since: flags.since || undefined, until: flags.until || undefined };
    try {
      for await (const event of runtime.events({ project, ...period, signal })) {
        if (args.length > 0 && !args.includes(event.service)) continue;
        app.terminal.stdout.write(`${flags.json ? asJson(event) : asText(event)}\n`);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return signal.aborted ? 130 : 0;
  });
}

/** The members of `docker compose events --json`. */
function asJson(event: RuntimeEvent): string {
  return JSON.stringify({
    action: event.action,
    attributes: event.attributes,
    id: event.replicaId,
    service: event.service,
    time: timeOf(event),
    type: 'container',
  });
}

function asText(event: RuntimeEvent): string {
  const attributes = Object.entries(event.attributes).map(([name, value]) => `${name}=${value}`);
  const time = timeOf(event).replace('T', ' ').slice(0, 26);
  return `${time} container ${event.action} ${event.replicaId} (${attributes.join(', ')})`;
}

/** RFC 3339 in UTC with the engine's nanoseconds. */
function timeOf({ at, atNano }: RuntimeEvent): string {
  const fraction = /^\d{10,}$/.test(atNano) ? atNano.slice(-9) : `${String(at % 1000).padStart(3, '0')}000000`;
  return `${new Date(at).toISOString().slice(0, 19)}.${fraction}Z`;
}

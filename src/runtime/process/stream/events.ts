import { MusterError } from '#lib/errors.ts';
import { parseMoment } from '#lib/moment.ts';
import type { RuntimeEvent } from '#model/event.ts';
import { isLost } from '../agent/access.ts';
import type { ProcessSetting } from '../setting.ts';

export type EventOptions = {
  readonly project: string;
  readonly since?: string;
  readonly until?: string;
  readonly signal: AbortSignal;
};

/** What happens to the native replicas of a project. Where one agent follows another, it goes on after the last event that was seen. */
export async function* events({ agent }: ProcessSetting, options: EventOptions): AsyncGenerator<RuntimeEvent> {
  const { project, signal } = options;
  const [since, until] = [millisecondsOf(options.since), millisecondsOf(options.until)];
  let afterSequence: number | undefined;
  for (let losses = 0; losses < 3 && !signal.aborted; losses++) {
    const from = afterSequence === undefined ? { since } : { afterSequence };
    try {
      for await (const batch of agent.stream('events', { project, ...from, until }, signal))
        for (const { sequence, event } of batch) {
          yield event;
          afterSequence = sequence;
          losses = 0;
        }
      if (until !== undefined) return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isLost(error)) throw error;
    }
  }
  if (!signal.aborted)
    throw new MusterError('AGENT_LOST', 'the agent of native services ends its stream of events again and again', {
      hint: 'see what it says: agent.log in its state directory',
    });
}

/** Unix milliseconds; undefined for ''. */
function millisecondsOf(text = ''): number | undefined {
  const moment = parseMoment(text, Date.now());
  return moment === null ? undefined : Number(moment / 1000n) / 1000;
}

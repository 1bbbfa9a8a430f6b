// What happens to remote replicas: what was done to them, from the project's event log, and their health, asked for while somebody listens.

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseMoment } from '#lib/moment.ts';
import type { RuntimeEvent } from '#model/event.ts';
import type { Runtime } from '../runtime.ts';
import { defaultIntervalMs, millisecondsOf, probe } from './probe.ts';
import type { RemoteRecord } from './record.ts';
import type { RemoteSetting } from './setting.ts';

const lookEveryMs = 200;

export async function* events(
  setting: RemoteSetting,
  { project, since = '', until = '', signal }: Parameters<Runtime['events']>[0],
): AsyncGenerator<RuntimeEvent, void> {
  const now = Date.now();
  const from = parseMoment(since, now) ?? BigInt(now) * 1_000_000n;
  const to = parseMoment(until, now);
  const health = new HealthWatch(setting, project, signal);
  let last = from - 1n;
  while (!signal.aborted) {
    const isOver = to !== null && BigInt(Date.now()) * 1_000_000n > to;
    const told = eventsIn(setting.events.pathOf(project)).filter(({ atNano }) => BigInt(atNano) > last);
    for (const event of [...told, ...health.news()]) {
      if (to !== null && BigInt(event.atNano) > to) return;
      if (told.includes(event)) last = BigInt(event.atNano);
      yield event;
      if (signal.aborted) return;
    }
    if (isOver) return;
    health.ask();
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

function eventsIn(path: string): RuntimeEvent[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
  // Written by the event log alone; the last line may be half written.
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line) => (line === '' ? [] : (JSON.parse(line) as RuntimeEvent)));
}

/** Changes of health, each replica asked as often as its settings say. */
class HealthWatch {
  readonly #setting: RemoteSetting;
  readonly #project: string;
  readonly #signal: AbortSignal;
  readonly #since = Date.now();
  readonly #known = new Map<string, boolean>();
  readonly #due = new Map<string, number>();
  #news: RuntimeEvent[] = [];

  constructor(setting: RemoteSetting, project: string, signal: AbortSignal) {
    this.#setting = setting;
    this.#project = project;
    this.#signal = signal;
  }

  news(): RuntimeEvent[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  ask(): void {
    for (const record of this.#setting.records.list(this.#project)) {
      if (record.state !== 'attached' || Date.now() < (this.#due.get(record.id) ?? 0)) continue;
      this.#due.set(record.id, Date.now() + millisecondsOf(record.settings.health?.interval, defaultIntervalMs));
      void this.#askOne(record);
    }
  }

  async #askOne(record: RemoteRecord): Promise<void> {
    const { isWell } = await probe(record.settings, this.#setting.records.headers(record.id), this.#signal);
    const known = this.#known.get(record.id);
    this.#known.set(record.id, isWell);
    // How it was before anybody listened is no news.
    const isNews = known === undefined ? record.changedAt >= this.#since : known !== isWell;
    if (!isNews || this.#signal.aborted) return;
    this.#news.push(this.#setting.events.eventOf(record, `health_status: ${isWell ? 'healthy' : 'unhealthy'}`));
  }
}

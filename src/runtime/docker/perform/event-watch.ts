// One stream of engine events per project for all waits of a run: opened by the first, closed by the last.

import type { EngineEvent } from '#engine/api/event.ts';
import type { Engine } from '#engine/engine.ts';
import { MusterError } from '#lib/errors.ts';
import { label } from '#model/labels.ts';

export type Listener = { readonly event: (event: EngineEvent) => void; readonly lost: (error: Error) => void };

export class EventWatch {
  readonly #engine: Engine;
  readonly #project: string;
  readonly #listeners = new Set<Listener>();
  #stream: { readonly opened: Promise<void>; readonly close: () => void } | null = null;

  constructor(engine: Engine, project: string) {
    this.#engine = engine;
    this.#project = project;
  }

  /** Resolves once nothing that happens from now on can be missed; the returned function ends the listening. */
  async listen(listener: Listener): Promise<() => void> {
    this.#listeners.add(listener);
    this.#stream ??= this.#open();
    const stop = (): void => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      this.#stream?.close();
      this.#stream = null;
    };
    try {
      await this.#stream.opened;
      return stop;
    } catch (error) {
      stop();
      throw error;
    }
  }

  #open(): { readonly opened: Promise<void>; readonly close: () => void } {
    const closing = new AbortController();
    let settle: { readonly resolve: () => void; readonly reject: (error: Error) => void };
    const opened = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
    void this.#follow(closing.signal, () => settle.resolve()).catch((error: unknown) => {
      if (closing.signal.aborted) return;
      const lost = error instanceof Error ? error : new Error(String(error));
      this.#stream = null;
      settle.reject(lost);
      for (const listener of this.#listeners) listener.lost(lost);
    });
    // Its listeners get the error; there may be none left.
    opened.catch(() => {});
    return { opened, close: () => closing.abort() };
  }

  async #follow(signal: AbortSignal, isOpen: () => void): Promise<void> {
    // The engine sends its headers a moment before it subscribes us: going back a little closes that gap. What comes twice does no
    // harm, because listeners look at the state and not at the event.
    const since = Math.floor(Date.now() / 1000) - 2;
    const filters = { type: ['container'], label: [`${label.project}=${this.#project}`] };
    const { textLines } = await import('#engine/lines.ts');
    const body = await this.#engine.stream({ path: '/events', query: { since, filters }, signal });
    isOpen();
    for await (const { text } of textLines(body)) {
      const event = JSON.parse(text) as EngineEvent;
      for (const listener of this.#listeners) listener.event(event);
    }
    throw new MusterError('ENGINE_LOST', `the Docker Engine at ${this.#engine.endpoint} ended its stream of events`, {
      hint: 'it was restarted or stopped: run the same command again, it goes on where this one stopped',
    });
  }
}

// What happened, numbered. The last ones are kept on disk, so that the numbers go on after the agent was killed.

import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { AgentEvent, EventsQuery } from '#api/agent/contract.ts';
import type { RuntimeEvent } from '#model/event.ts';
import { label } from '#model/labels.ts';

const kept = 2000;

export type Happening = {
  readonly action: string;
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exitCode?: number;
  readonly attributes?: Readonly<Record<string, string>>;
};

export class EventLog {
  readonly #path: string;
  readonly #now: () => number;
  readonly #onTrouble: (cause: unknown) => void;
  readonly #listeners = new Set<(event: AgentEvent) => void>();
  #events: AgentEvent[];
  #sequence: number;
  #file: number;

  constructor(path: string, options: { readonly now: () => number; readonly onTrouble: (cause: unknown) => void }) {
    this.#path = path;
    this.#now = options.now;
    this.#onTrouble = options.onTrouble;
    this.#events = readEvents(path).slice(-kept);
    this.#sequence = this.#events.at(-1)?.sequence ?? 0;
    this.#file = this.#rewrite();
  }

  tell({ action, id, name, labels, exitCode, attributes = {} }: Happening): void {
    const now = this.#now();
    this.#sequence += 1;
    const event: RuntimeEvent = {
      type: 'runtime',
      at: Math.floor(now),
      // Events of one millisecond keep their order when they are merged with others'.
      atNano: String(BigInt(Math.floor(now)) * 1_000_000n + BigInt(this.#sequence % 1_000_000)),
      service: labels[label.service] ?? '',
      replicaId: id,
      replicaName: name,
      action,
      exitCode: exitCode ?? null,
      attributes: { ...attributes, ...(exitCode === undefined ? {} : { exitCode: String(exitCode) }), name },
    };
    const told: AgentEvent = { sequence: this.#sequence, project: labels[label.project] ?? '', event };
    this.#events.push(told);
    this.#write(told);
    for (const listener of this.#listeners) listener(told);
  }

  /** Whether it was told that this run of a replica ended: an agent may be killed between telling and noting it. */
  toldEndOf(id: string, run: number): boolean {
    return this.#events.some(
      ({ event }) => event.action === 'die' && event.replicaId === id && event.attributes['run'] === String(run),
    );
  }

  /** Those of the past that are asked for, in order. */
  past({ project, afterSequence, since, until }: EventsQuery): AgentEvent[] {
    if (afterSequence === undefined && since === undefined) return [];
    return this.#events.filter(
      ({ sequence, event, project: of }) =>
        (project === '' || of === project) &&
        (afterSequence === undefined || sequence > afterSequence) &&
        (since === undefined || event.at >= since) &&
        (until === undefined || event.at <= until),
    );
  }

  listen(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(event: AgentEvent): void {
    try {
      if (this.#events.length > 2 * kept) {
        this.#events = this.#events.slice(-kept);
        closeSync(this.#file);
        this.#file = this.#rewrite();
      } else writeSync(this.#file, `${JSON.stringify(event)}\n`);
    } catch (error) {
      this.#onTrouble(error);
    }
  }

  #rewrite(): number {
    try {
      writeFileSync(`${this.#path}.new`, this.#events.map((event) => `${JSON.stringify(event)}\n`).join(''), { mode: 0o600 });
      renameSync(`${this.#path}.new`, this.#path);
    } catch (error) {
      this.#onTrouble(error);
    }
    return openSync(this.#path, 'a', 0o600);
  }
}

function readEvents(path: string): AgentEvent[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  // The last line may be torn by a full disk.
  return text.split('\n').flatMap((line) => (line.endsWith('}') ? (parsed(line) ?? []) : []));
}

function parsed(line: string): AgentEvent[] | null {
  try {
    return [JSON.parse(line) as AgentEvent];
  } catch {
    return null;
  }
}

// What was done to a project's remote services: a line each, for whoever listens in another process.

import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '#lib/atomic-file.ts';
import type { RuntimeEvent } from '#model/event.ts';
import type { RecordStore, RemoteRecord } from './record.ts';

/** When it is longer, its older half goes. */
const largestSize = 256 * 1024;

export type Action = 'create' | 'start' | 'stop' | 'die' | 'rename' | 'destroy' | `health_status: ${'healthy' | 'unhealthy'}`;

export class EventLog {
  readonly #records: RecordStore;
  #last = 0n;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  add(record: RemoteRecord, ...actions: readonly Action[]): void {
    const path = this.pathOf(record.project);
    mkdirSync(this.#records.folderOf(record.project), { recursive: true, mode: 0o700 });
    const lines = actions.map((action) => `${JSON.stringify(this.eventOf(record, action))}\n`);
    appendFileSync(path, lines.join(''), { mode: 0o600 });
    if (statSync(path).size > largestSize) this.#shorten(path);
  }

  eventOf(record: RemoteRecord, action: Action): RuntimeEvent {
    const atNano = this.#now();
    return {
      type: 'runtime',
      at: Number(atNano / 1_000_000n),
      atNano: String(atNano),
      service: record.service,
      replicaId: record.id,
      replicaName: record.name,
      action,
      exitCode: action === 'die' ? 0 : null,
      attributes: { ...record.labels, name: record.name, ...(action === 'die' ? { exitCode: '0' } : {}) },
    };
  }

  pathOf(project: string): string {
    return join(this.#records.folderOf(project), 'events.jsonl');
  }

  /** Two events of one moment keep their order. */
  #now(): bigint {
    const now = BigInt(Date.now()) * 1_000_000n;
    this.#last = now > this.#last ? now : this.#last + 1n;
    return this.#last;
  }

  #shorten(path: string): void {
    const lines = readFileSync(path, 'utf8').split('\n');
    replaceFile(path, lines.slice(lines.length >> 1).join('\n'), { mode: 0o600 });
  }
}

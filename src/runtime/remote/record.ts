// What is remembered of a remote replica: a file each, below the state directory. Header values are apart, where no reboot keeps them.

import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '#lib/atomic-file.ts';
import { MusterError } from '#lib/errors.ts';
import type { RemoteSettings } from '#model/muster-extension.ts';

export type RemoteRecord = {
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly service: string;
  readonly number: number;
  readonly state: 'created' | 'attached' | 'detached';
  readonly settings: RemoteSettings;
  readonly labels: Readonly<Record<string, string>>;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** Of the last attaching or letting go. */
  readonly changedAt: number;
};

/** Complete, as they are sent. */
export type Headers = Readonly<Record<string, string>>;

export class RecordStore {
  readonly #records: string;
  readonly #headers: string;

  constructor(directories: { readonly stateDirectory: string; readonly runtimeDirectory: string }) {
    this.#records = join(directories.stateDirectory, 'remote');
    this.#headers = join(directories.runtimeDirectory, 'remote');
  }

  projects(): string[] {
    return namesIn(this.#records);
  }

  list(project: string): RemoteRecord[] {
    return namesIn(this.folderOf(project))
      .filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
      .flatMap((name) => (readJson(join(this.folderOf(project), name)) as RemoteRecord | null) ?? []);
  }

  find(project: string, id: string): RemoteRecord | null {
    return readJson(this.#fileOf(project, id)) as RemoteRecord | null;
  }

  write(record: RemoteRecord): void {
    this.#keep(() => {
      mkdirSync(this.folderOf(record.project), { recursive: true, mode: 0o700 });
      replaceFile(this.#fileOf(record.project, record.id), JSON.stringify(record), { mode: 0o600 });
    });
  }

  remove(project: string, id: string): void {
    this.#keep(() => {
      rmSync(this.#headersOf(id), { force: true });
      rmSync(this.#fileOf(project, id), { force: true });
    });
  }

  /** null: a reboot took them. */
  headers(id: string): Headers | null {
    return readJson(this.#headersOf(id)) as Headers | null;
  }

  writeHeaders(id: string, headers: Headers): void {
    this.#keep(() => {
      mkdirSync(this.#headers, { recursive: true, mode: 0o700 });
      replaceFile(this.#headersOf(id), JSON.stringify(headers), { mode: 0o600 });
    });
  }

  /** Also where the project's events are. */
  folderOf(project: string): string {
    return join(this.#records, project.replaceAll(/[^a-z0-9_-]/g, '_'));
  }

  #fileOf(project: string, id: string): string {
    return join(this.folderOf(project), `${id}.json`);
  }

  #headersOf(id: string): string {
    return join(this.#headers, `${id}.json`);
  }

  #keep(change: () => void): void {
    try {
      change();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new MusterError('STATE_DIRECTORY', `what is known of remote services can't be kept: ${why}`, {
        hint: 'check the folder and the space on its disk, or set XDG_STATE_HOME',
        cause,
      });
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

/** Written by this file alone, and atomically; null when it is gone. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
}

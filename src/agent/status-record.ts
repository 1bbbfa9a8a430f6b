import type { ReplicaFolder, Status } from './replica-folder.ts';

/** What becomes of a replica: in memory always, on disk if that has room. */
export class StatusRecord {
  readonly #folder: ReplicaFolder;
  readonly #onTrouble: (cause: unknown) => void;
  #status: Status;

  constructor(folder: ReplicaFolder, status: Status, onTrouble: (cause: unknown) => void) {
    this.#folder = folder;
    this.#status = status;
    this.#onTrouble = onTrouble;
  }

  get current(): Status {
    return this.#status;
  }

  note(change: Partial<Status>): void {
    this.#status = { ...this.#status, ...change };
    try {
      this.#folder.writeStatus(this.#status);
    } catch (cause) {
      this.#onTrouble(cause);
    }
  }
}

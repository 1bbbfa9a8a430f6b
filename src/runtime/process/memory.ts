// What one runtime object has learnt while it lives. Nothing depends on it for being right.

export class Memory {
  /** Handles of replicas made by this process, by name: a plan names them before they have one. */
  readonly #replicaIds = new Map<string, string>();
  /** `8080/tcp`, held by somebody else when last looked. */
  takenPorts: ReadonlySet<string> = new Set();

  /** `8080/tcp`, held by a replica of the project when last looked: `web 1`. */
  ownPorts: ReadonlyMap<string, string> = new Map();

  /** Once is enough. */
  isNameTroubleTold = false;

  replicaId(name: string): string | undefined {
    return this.#replicaIds.get(name);
  }

  noteReplica(name: string, id: string): void {
    this.#replicaIds.set(name, id);
  }

  forgetReplica(id: string): void {
    for (const [name, known] of this.#replicaIds) if (known === id) this.#replicaIds.delete(name);
  }
}

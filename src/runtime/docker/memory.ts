// What one runtime object has learnt while it lives, so that a plan's steps need not ask the engine again. Nothing depends on it for
// being right: whatever is not here is asked for.

import type { EngineAbilities } from './create/recipe.ts';

export class Memory {
  /** Ids of images by reference as written, from the last look. */
  readonly #imageIds = new Map<string, string>();
  /** Handles of replicas made by this process, by name: a plan names them before they have one. */
  readonly #replicaIds = new Map<string, string>();
  #takenPorts: ReadonlySet<string> = new Set();
  #abilities: Promise<EngineAbilities> | null = null;

  imageId(reference: string): string | undefined {
    return this.#imageIds.get(reference);
  }

  noteImage(reference: string, id: string | null): void {
    if (id === null) this.#imageIds.delete(reference);
    else this.#imageIds.set(reference, id);
  }

  forgetImages(): void {
    this.#imageIds.clear();
  }

  replicaId(name: string): string | undefined {
    return this.#replicaIds.get(name);
  }

  noteReplica(name: string, id: string): void {
    this.#replicaIds.set(name, id);
  }

  forgetReplica(id: string): void {
    for (const [name, known] of this.#replicaIds) if (known === id) this.#replicaIds.delete(name);
  }

  /** `8080/tcp`, held by somebody else when last looked. */
  get takenPorts(): ReadonlySet<string> {
    return this.#takenPorts;
  }

  noteTakenPorts(ports: ReadonlySet<string>): void {
    this.#takenPorts = ports;
  }

  /** Staged folders whose container is not made yet: nobody uses them, and they must stay. */
  readonly heldFolders = new Set<string>();

  abilities(ask: () => Promise<EngineAbilities>): Promise<EngineAbilities> {
    this.#abilities ??= ask().catch((error: unknown) => {
      this.#abilities = null;
      throw error;
    });
    return this.#abilities;
  }
}

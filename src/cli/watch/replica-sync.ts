// Brings changed files into replicas, into each what it lacks: one that takes another's place gets all that has changed since watching began.

import type { Readable } from '#apply/joined-runtimes.ts';
import { MusterError } from '#lib/errors.ts';
import { mapLimit } from '#lib/map-limit.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { FileSync } from '#watch/decide.ts';
import { syncEntries } from '#watch/sync-entries.ts';
import { transferOf } from '#watch/transfer.ts';

export type ReplicaSyncOptions = {
  readonly project: string;
  readonly runtime: Pick<Readable, 'observe'>;
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly signal: AbortSignal;
};

export class ReplicaSync {
  readonly #options: ReplicaSyncOptions;
  /** By service and by target. */
  readonly #sinceBeginning = new Map<string, Map<string, FileSync>>();
  /** Ids of replicas that have all of it. */
  readonly #upToDate = new Set<string>();

  constructor(options: ReplicaSyncOptions) {
    this.#options = options;
  }

  lacks(service: string, replicaId: string): boolean {
    return this.#sinceBeginning.has(service) && !this.#upToDate.has(replicaId);
  }

  /** Into those that lack something. */
  async catchUp(service: string): Promise<void> {
    if (this.#sinceBeginning.has(service)) await this.sync(service, []);
  }

  /** Into every replica of the service; what fails for one is told after the others were served. */
  async sync(service: string, files: readonly FileSync[]): Promise<void> {
    const all = this.#sinceBeginning.get(service) ?? new Map<string, FileSync>();
    this.#sinceBeginning.set(service, all);
    for (const file of files) all.set(file.target, file);
    const failures: unknown[] = [];
    await mapLimit(await this.#replicasOf(service), 4, async (replica) => {
      const missing = this.#upToDate.delete(replica.id) ? files : [...all.values()];
      try {
        if (await this.#put(replica, missing)) this.#upToDate.add(replica.id);
      } catch (error) {
        failures.push(error);
      }
    });
    if (failures.length > 0) throw failures[0];
  }

  /** False: some of it has to wait until the replica runs. */
  async #put(replica: ObservedReplica, files: readonly FileSync[]): Promise<boolean> {
    const { runtimes, signal } = this.#options;
    const runtime = runtimes.get(replica.runtime);
    if (runtime?.putFiles === undefined) return true;
    const { gone, there } = transferOf(files);
    const canRemove = replica.state === 'running';
    try {
      await runtime.putFiles(
        replica,
        { gone: canRemove ? gone : [], entries: there.length === 0 ? null : syncEntries(there) },
        { signal },
      );
    } catch (error) {
      // It has just been removed: who takes its place gets everything.
      if (error instanceof MusterError && error.code === 'REPLICA_NOT_FOUND') return false;
      throw error;
    }
    return canRemove || gone.length === 0;
  }

  async #replicasOf(service: string): Promise<readonly ObservedReplica[]> {
    const { runtime, project, signal } = this.#options;
    const { replicas } = await runtime.observe({ project, only: 'replicas', signal });
    return replicas.filter(
      (replica) => replica.service === service && !replica.oneOff && replica.state !== 'removing' && replica.state !== 'dead',
    );
  }
}

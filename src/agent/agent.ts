// The replicas of one user on one machine, and what may be asked about them.

import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Failure, LaunchSpec, Outcome } from '#api/agent/contract.ts';
import { MusterError } from '#lib/errors.ts';
import { withinMs } from '#lib/within-ms.ts';
import { label } from '#model/labels.ts';
import type { Notice, Trouble } from './notices.ts';
import { Replica } from './replica.ts';
import { ReplicaFolder, keptReplicas } from './replica-folder.ts';
import type { Status } from './replica-folder.ts';
import type { Setting } from './setting.ts';

/** How often it looks after what no notice tells. */
const checkEveryMs = 5000;
/** How long the first call may wait for what ended while there was no agent. */
const settleMs = 10_000;
/** Each does its first part, files and checks, without waiting: after so many, others have their turn. */
const actsInARow = 16;

export class Agent {
  readonly #replicas = new Map<string, Replica>();
  readonly #names = new Map<string, string>();
  readonly #setting: Setting;
  readonly #checks: NodeJS.Timeout;

  constructor(setting: Omit<Setting, 'forget'>) {
    this.#setting = { ...setting, forget: (id) => this.#forget(id) };
    this.#checks = setInterval(() => {
      for (const replica of this.#replicas.values()) replica.check();
    }, checkEveryMs);
    this.#checks.unref();
  }

  get setting(): Setting {
    return this.#setting;
  }

  get replicas(): Iterable<Replica> {
    return this.#replicas.values();
  }

  /** Nothing runs, nor will without being asked. */
  get isIdle(): boolean {
    for (const replica of this.#replicas.values()) if (replica.isLive) return false;
    return true;
  }

  /** Takes over what the agent before this one has left. */
  async adopt(): Promise<void> {
    const adopted: Replica[] = [];
    for (const id of keptReplicas(this.#setting.root)) {
      const folder = this.#folderOf(id);
      try {
        const replica = new Replica({ id, folder, ...folder.read() }, this.#setting);
        this.#add(replica);
        adopted.push(replica);
      } catch (cause) {
        // Killed while it was being made: it was never told to anybody.
        this.#setting.warn(`the replica ${id} was not finished; it is removed`, cause);
        await folder.remove();
      }
    }
    for (const replica of adopted) {
      await replica.adopt().catch((cause: unknown) => this.#setting.warn(`${replica.name} can't be taken over`, cause));
    }
    // Who asks first shall not be told that what ended meanwhile runs; what such a service has left behind may take long to end.
    await withinMs(Promise.all(adopted.map((replica) => replica.settled())), settleMs);
  }

  heard(notice: Notice): void {
    this.#replicas.get(notice.replicaId)?.heard(notice);
  }

  troubled(trouble: Trouble): void {
    this.#replicas.get(trouble.replicaId)?.logTrouble(trouble);
  }

  lostLauncher(cause: string): void {
    this.#setting.warn(`what starts native services ended: ${cause}`);
    for (const replica of this.#replicas.values()) replica.lostLauncher(cause);
  }

  /** By id or name. Throws REPLICA_NOT_FOUND. */
  find(id: string): Replica {
    const found = this.#replicas.get(id) ?? this.#replicas.get(this.#names.get(id) ?? '');
    if (found === undefined)
      throw new MusterError('REPLICA_NOT_FOUND', `there is no replica ${id} here`, { hint: 'see muster ps -a' });
    return found;
  }

  list({ project, ids }: { readonly project?: string | undefined; readonly ids?: readonly string[] | undefined }): Replica[] {
    const all =
      ids === undefined ? [...this.#replicas.values()] : ids.flatMap((id) => this.#replicas.get(this.#names.get(id) ?? id) ?? []);
    return project === undefined ? all : all.filter(({ spec }) => spec.labels[label.project] === project);
  }

  async create(specs: readonly LaunchSpec[], { start }: { readonly start: boolean }): Promise<Outcome[]> {
    const outcomes = specs.map((spec) => this.#make(spec));
    if (!start) return outcomes;
    const started = await this.each(
      outcomes.filter(({ failure }) => failure === null).map(({ id }) => id),
      (replica) => replica.start(),
    );
    const byId = new Map(started.map((outcome) => [outcome.id, outcome]));
    return outcomes.map((outcome) => byId.get(outcome.id) ?? outcome);
  }

  /** One that fails does not keep the others. */
  async each(ids: readonly string[], act: (replica: Replica) => Promise<string | void> | string | void): Promise<Outcome[]> {
    const outcomes: Promise<Outcome>[] = [];
    for (const [at, id] of ids.entries()) {
      outcomes.push(this.#outcome(id, act));
      if (at % actsInARow === actsInARow - 1) await nextTurn();
    }
    return Promise.all(outcomes);
  }

  /** Gone already is fine. */
  async remove(ids: readonly string[], options: { readonly force: boolean }): Promise<Outcome[]> {
    const there = ids.filter((id) => this.#replicas.has(this.#names.get(id) ?? id));
    const outcomes = await this.each(there, async (replica) => {
      await replica.remove(options);
      this.#forget(replica.id);
    });
    const gone = ids.filter((id) => !there.includes(id)).map((id): Outcome => ({ id, failure: null, warning: '' }));
    return [...outcomes, ...gone];
  }

  rename(id: string, name: string): void {
    const replica = this.find(id);
    if (replica.name === name) return;
    this.#checkName(name);
    this.#names.delete(replica.name);
    replica.rename(name);
    this.#names.set(name, replica.id);
  }

  /** The agent ends; what runs goes on. */
  leave(): void {
    clearInterval(this.#checks);
    for (const replica of this.#replicas.values()) replica.leave();
  }

  #make(spec: LaunchSpec): Outcome {
    const id = randomBytes(16).toString('hex');
    try {
      this.#checkName(spec.name);
      const folder = this.#folderOf(id);
      const status = firstStatus(spec.name, this.#setting.now());
      folder.create(spec, status);
      const replica = new Replica({ id, folder, spec, status }, this.#setting);
      this.#add(replica);
      this.#setting.events.tell({ action: 'create', id, name: spec.name, labels: spec.labels });
      return { id, failure: null, warning: '' };
    } catch (cause) {
      return { id: '', failure: failureOf(cause), warning: '' };
    }
  }

  #folderOf(id: string): ReplicaFolder {
    const { root, pipes } = this.#setting;
    return new ReplicaFolder({ root, pipes, id });
  }

  #checkName(name: string): void {
    if (!this.#names.has(name)) return;
    throw new MusterError('NAME_COLLISION', `there is a native replica "${name}" already`, {
      hint: 'remove it, or use another name',
    });
  }

  #add(replica: Replica): void {
    this.#replicas.set(replica.id, replica);
    this.#names.set(replica.name, replica.id);
  }

  #forget(id: string): void {
    const name = this.#replicas.get(id)?.name;
    if (name !== undefined && this.#names.get(name) === id) this.#names.delete(name);
    this.#replicas.delete(id);
  }

  async #outcome(id: string, act: (replica: Replica) => Promise<string | void> | string | void): Promise<Outcome> {
    try {
      return { id, failure: null, warning: (await act(this.find(id))) ?? '' };
    } catch (cause) {
      return { id, failure: failureOf(cause), warning: '' };
    }
  }
}

/** Anything that is not ours is the system's: a full disk, no more processes. Its words say what. */
export function failureOf(cause: unknown): Failure {
  if (!(cause instanceof MusterError)) return { code: 'STEP_FAILED', message: (cause as Error).message };
  return cause.hint === undefined
    ? { code: cause.code, message: cause.message }
    : { code: cause.code, message: cause.message, hint: cause.hint };
}

function firstStatus(name: string, now: number): Status {
  return {
    name,
    run: 0,
    phase: 'created',
    bootId: '',
    desired: 'stopped',
    exitCode: null,
    oomKilled: false,
    problem: '',
    restarts: 0,
    failures: 0,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
  };
}

// One supervised replica, from create to remove.

import { constants, openSync } from 'node:fs';
import type { LaunchSpec, Replica as ReplicaView } from '#api/agent/contract.ts';
import { MusterError } from '#lib/errors.ts';
import { withinMs } from '#lib/within-ms.ts';
import type { HostNames } from '#model/host-names.ts';
import type { ReplicaState } from '#model/observed.ts';
import { hadTooLittleMemory, foldersOf, makeGroup, removeGroup } from './cgroups.ts';
import { hostsProblem, HostsFile } from './hosts-file.ts';
import { ReplicaHealth } from './health/replica-health.ts';
import { endLeftovers } from './end-leftovers.ts';
import { LogCare } from './log/care.ts';
import { ReplicaLog } from './log/log.ts';
import type { Notice, Trouble } from './notices.ts';
import { OnceInput } from './once-input.ts';
import type { ProcessKey } from './processes.ts';
import { removeOwnFolder } from './own-folder.ts';
import { PendingRestart } from './pending-restart.ts';
import { prepareRun } from './prepare-run.ts';
import type { ReplicaFolder, Status } from './replica-folder.ts';
import { viewOf } from './replica-view.ts';
import { decideRestart, startsAfterReboot, unknownExitCode } from './restart.ts';
import { Run } from './run.ts';
import { runProbe } from './run-probe.ts';
import type { Setting } from './setting.ts';
import { type ShimRun, startShim } from './shim/start-shim.ts';
import { shimPatienceMs } from './starts-underway.ts';
import { StatusRecord } from './status-record.ts';
import { terminalPath } from './terminal-path.ts';
import { Waiting } from './waiting.ts';

export type StopOptions = { readonly signal?: string | undefined; readonly graceMs?: number | undefined };

/** How long outputs may take to end once all processes have. */
const drainMs = 2000;
/** What it left behind gets this long at most, however patient the service is. */
const leftoverGraceMs = 5000;
/** Of a run, as long as nothing else is known. */
const begun = { phase: 'up', desired: 'running', exitCode: null, oomKilled: false } as const;
/** As a shell has it for a program that it can't start. */
const notStartedExitCode = 126;

export class Replica {
  readonly id: string;
  readonly spec: LaunchSpec;
  readonly log: ReplicaLog;
  readonly #folder: ReplicaFolder;
  readonly #setting: Setting;
  readonly #hosts: HostsFile;
  readonly #record: StatusRecord;
  /** The last one. */
  #run: Run;
  #isEnding = false;
  #isRemoved = false;
  readonly #health: ReplicaHealth;
  readonly #pendingRestart = new PendingRestart();
  readonly #onceInput: OnceInput;
  readonly #logCare: LogCare;
  /** Changes of one replica happen one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  readonly #starts = new Waiting<void>();
  readonly #ends = new Waiting<number>();
  readonly #drains = new Waiting<void>();

  constructor(
    at: { readonly id: string; readonly folder: ReplicaFolder; readonly spec: LaunchSpec; readonly status: Status },
    setting: Setting,
  ) {
    this.id = at.id;
    this.spec = at.spec;
    this.#folder = at.folder;
    this.#run = new Run(at.folder, at.status.run, (at.status.startedAt ?? 0) + shimPatienceMs);
    this.#setting = setting;
    this.#record = new StatusRecord(at.folder, at.status, (cause) =>
      setting.warn(`what becomes of ${this.name} can't be noted`, cause),
    );
    this.#hosts = new HostsFile(at.folder.hosts);
    this.#onceInput = new OnceInput(at.folder.input);
    this.#logCare = new LogCare(at.folder, at.spec, setting);
    this.#health = new ReplicaHealth(at.spec.healthcheck, {
      run: (argv, signal) => runProbe({ id: at.id, spec: at.spec, hostsFile: this.hostsFile, argv, signal }, setting),
      now: setting.now,
      onChange: (health) => this.#tell(`health_status: ${health}`),
    });
    this.log = new ReplicaLog(at.folder.path, {
      now: setting.now,
      onTrouble: (cause) => setting.warn(`the log of ${this.name} can't be kept`, cause),
      onGrew: () => this.#logCare.grew(this.log, this.name),
    });
  }

  get #status(): Status {
    return this.#record.current;
  }

  get #isUp(): boolean {
    return this.#status.phase === 'up';
  }

  get name(): string {
    return this.#status.name;
  }

  get state(): ReplicaState {
    if (this.#status.phase === 'created') return 'created';
    if (this.#isUp) return 'running';
    return this.#pendingRestart.isPending ? 'restarting' : 'exited';
  }

  /** Something runs, or will without being asked. */
  get isLive(): boolean {
    return this.#isUp || this.#pendingRestart.isPending;
  }

  get process(): ProcessKey | null {
    return this.#run.process;
  }

  /** May lead a session of what only looks after the service. */
  get shimPid(): number | null {
    return this.#run.shimPid;
  }

  /** What its programs see as /etc/hosts; null: the machine's. */
  get hostsFile(): string | null {
    return this.#hosts.names === null ? null : this.#hosts.path;
  }

  /** Of its terminal, if it has one: `/dev/pts/3`. */
  get terminal(): string | null {
    return terminalPath(this.#run.process?.terminal ?? 0);
  }

  view(): ReplicaView {
    return viewOf({
      id: this.id,
      spec: this.spec,
      status: this.#status,
      state: this.state,
      health: this.#health.known,
      pid: this.#run.process?.pid ?? null,
      hosts: this.#hosts.digest,
    });
  }

  /** Started already is fine. Resolves when it has a process, or had one. Returns what a person should know; '' for nothing. */
  start({ hosts }: { readonly hosts?: HostNames | undefined } = {}): Promise<string> {
    return this.#inTurn(async () => {
      if (this.#isUp) return '';
      if (hosts !== undefined) await this.#learn(hosts);
      this.#pendingRestart.cancel();
      await this.#begin({ restarts: 0, failures: 0 });
      return this.#status.problem;
    });
  }

  stop(options: StopOptions): Promise<void> {
    return this.#inTurn(() => this.#stop(options));
  }

  restart({ hosts, ...options }: StopOptions & { readonly hosts?: HostNames | undefined }): Promise<string> {
    return this.#inTurn(async () => {
      await this.#stop(options);
      if (hosts !== undefined) await this.#learn(hosts);
      await this.#begin({ restarts: 0, failures: 0 });
      this.#tell('restart');
      return this.#status.problem;
    });
  }

  /** Not in turn: it must reach a replica whose stopping takes long. */
  async kill(signal: string): Promise<void> {
    if (!this.#isUp || this.#run.process === null) {
      throw new MusterError('REPLICA_NOT_RUNNING', `${this.name} is not running`, { hint: `start it: muster start` });
    }
    // As with Docker: who ends it by hand does not want it back.
    if (signal === 'SIGKILL' || signal === this.spec.stopSignal) this.#record.note({ desired: 'stopped' });
    await this.#signal(signal);
  }

  /** Seen at once by what runs, if that has been told any before; by what starts in any case. */
  setHosts(names: HostNames): Promise<void> {
    return this.#inTurn(() => this.#learn(names));
  }

  rename(name: string): void {
    const oldName = this.name;
    this.#record.note({ name });
    this.#tell('rename', { attributes: { oldName } });
  }

  remove({ force }: { readonly force: boolean }): Promise<void> {
    return this.#inTurn(async () => {
      // By itself, while somebody else was about to.
      if (this.#isRemoved) return;
      if (this.isLive && !force)
        throw new MusterError('STEP_FAILED', `${this.name} is running`, { hint: 'stop it first, or use --force' });
      await this.#stop({ signal: 'SIGKILL', graceMs: 0 });
      this.#dispose();
      await this.#folder.remove();
      this.#isRemoved = true;
      this.#tell('destroy');
    });
  }

  /** Resolves once it has a process: the one it has, or its next. */
  async running(): Promise<void> {
    if (this.#run.process === null) await this.#starts.next();
  }

  /** Resolves with the exit code once it has ended; `next`: of the run to come, if it does not run. */
  async ended({ next }: { readonly next: boolean }): Promise<number> {
    if (this.#status.phase === 'ended' && !next) return this.#status.exitCode ?? unknownExitCode;
    return this.#ends.next();
  }

  /** Once its outputs have ended, too. */
  async drained(): Promise<void> {
    if (this.log.isOpen) await this.#drains.next();
  }

  /** What a shim told. Of a run that is over it means nothing. */
  heard({ kind, run }: Notice): void {
    if (run !== this.#status.run) return;
    switch (kind) {
      case 'started':
        this.#nowRuns();
        return;
      case 'exited':
        this.#seeEnd();
        return;
      case 'drained':
        if (this.#status.phase === 'ended') this.#closeLog();
    }
  }

  /** Its disk is full, or gone: the service goes on, its output is lost until there is room again. */
  logTrouble({ stream, why }: Trouble): void {
    const problem = `its ${stream} can't be logged: ${why}`;
    this.#setting.warn(`${this.name}: ${problem}`);
    this.#record.note({ problem });
    this.#logCare.lost(stream);
  }

  /** Sees what no notice told: a shim that was killed, a notice that an agent before this one took with it. */
  check(): void {
    if (!this.#isUp || this.#isEnding) return;
    if (this.#logCare.resume(this.shimPid)) {
      this.#record.note({ problem: '' });
      this.#setting.warn(`${this.name}: its output is logged again`);
    }
    this.#nowRuns();
    this.#seeEnd();
    if (this.#isEnding || this.#run.isWatched(this.#setting.now())) return;
    // Between the two looks the shim may have written it and gone.
    this.#seeEnd();
    if (this.#isEnding) return;
    const isLost = this.#run.process !== null;
    if (!isLost && this.#shimMayCome()) return;
    this.#record.note({
      problem: isLost
        ? 'how it ended is not known: the shim that watched it was killed'
        : 'it could not be started: its shim ended at once; is the disk full?',
    });
    void this.#end(isLost ? unknownExitCode : notStartedExitCode);
  }

  /** On a very busy machine it comes late: then it finds that the run is not its own any more, or has just begun it. */
  #shimMayCome(): boolean {
    try {
      return !this.#folder.claim(this.#status.run) && this.#run.shimLives(this.#setting.now());
    } catch (cause) {
      // A shim finds no room for its file either.
      this.#setting.warn(`${this.name}: its run can’t be taken from a shim that may yet come`, cause);
      return false;
    }
  }

  /** No shim can come any more, except of what that had read. */
  lostLauncher(cause: string): void {
    const { phase, run } = this.#status;
    if (phase === 'up' && !this.#isEnding && this.#run.process === null && this.#folder.claim(run)) this.#notStarted(cause);
  }

  /** Takes over what an agent before this one has left, or what the machine's end has left of it. */
  async adopt(): Promise<void> {
    this.log.load();
    const { phase, bootId, run, desired } = this.#status;
    if (bootId !== this.#setting.bootId && run > 0) {
      this.#endedWithTheMachine();
      if (startsAfterReboot(this.spec.restart, { desired, wasUp: phase === 'up' }))
        await this.start().catch((cause: unknown) => this.#record.note({ problem: (cause as Error).message }));
      else if (this.spec.autoRemove === true) void this.#removeItself();
      return;
    }
    if (phase === 'up') {
      this.log.open();
      await this.#findRun(run);
    } else if (phase === 'ended') this.#decideRestart();
  }

  /** Resolves once an end that was come upon has been noted. */
  async settled(): Promise<void> {
    if (this.#isUp && this.#isEnding) await this.#ends.next();
  }

  /** The agent ends; all goes on without it. */
  leave(): void {
    this.#pendingRestart.cancel();
    this.#health.end();
    this.log.dispose();
  }

  /** null when its stdin is not open. */
  openInput(): number | null {
    if (!this.spec.openStdin || !this.#isUp) return null;
    return openSync(this.#folder.input, constants.O_WRONLY | constants.O_NONBLOCK);
  }

  /** Its stdin ends for good, if that is what it wants of the first who closes it. */
  endInput(): void {
    this.#onceInput.release();
  }

  async #begin({ restarts, failures }: { readonly restarts: number; readonly failures: number }): Promise<void> {
    const { spec } = this;
    this.#hosts.renew((cause) => this.#setting.warn(`the hosts file of ${this.name} is an older one`, cause));
    const prepared = await this.#prepare();
    await this.#untilDrained();

    const run = this.#status.run + 1;
    if (run > 1) this.#folder.forgetRun(run - 1);
    const group = spec.limits === undefined ? null : makeGroup(this.id, spec.limits);
    const problem = group === null ? '' : group.warnings.join('; ');
    const { bootId } = this.#setting;
    const startedAt = this.#setting.now();
    this.#record.note({ ...begun, run, bootId, problem, restarts, failures, startedAt });
    this.log.open();
    this.#isEnding = false;
    if (spec.stdinOnce === true && spec.openStdin) this.#onceInput.hold();
    await this.#setting.starts.count(async (patienceMs) => {
      this.#run = new Run(this.#folder, run, startedAt + patienceMs);
      const began = this.#starts.next();
      this.#startShim({ ...prepared, run, join: group?.join ?? [] });
      await began;
    });
  }

  async #prepare(): Promise<Pick<ShimRun, 'words' | 'shell'>> {
    const { spec, hostsFile } = this;
    try {
      return await prepareRun({ spec, folder: this.#folder, hostsFile }, this.#setting);
    } catch (cause) {
      this.#record.note({ problem: (cause as Error).message });
      throw cause;
    }
  }

  #startShim(start: Pick<ShimRun, 'run' | 'words' | 'shell' | 'join'>): void {
    const shim = startShim({ ...start, id: this.id, spec: this.spec, folder: this.#folder }, this.#setting);
    shim?.once('error', ({ message }) => this.#notStarted(message));
    shim?.once('exit', () => {
      if (this.#status.run === start.run) this.check();
    });
  }

  #notStarted(why: string): void {
    this.#record.note({ problem: `it could not be started: ${why}` });
    void this.#end(notStartedExitCode);
  }

  async #learn(names: HostNames): Promise<void> {
    if ((await hostsProblem()) === '' && !this.#isRemoved) this.#hosts.write(names);
  }

  #nowRuns(): void {
    if (!this.#isUp || this.#isEnding || !this.#run.findsProcess()) return;
    this.#tell('start');
    this.#beginHealth();
    this.#starts.release();
  }

  #beginHealth(): void {
    this.#health.begin(this.#status.startedAt ?? this.#setting.now());
  }

  #seeEnd(): void {
    if (!this.#isUp || this.#isEnding) return;
    const { exitCode } = this.#run;
    if (exitCode === null) return;
    // Its start may have been told while nobody listened.
    this.#nowRuns();
    void this.#end(exitCode);
  }

  async #end(exitCode: number): Promise<void> {
    this.#isEnding = true;
    const { run, startedAt } = this.#status;
    this.#health.end();
    const left = await endLeftovers(this.id, {
      leader: this.#run.leader,
      shimPid: this.shimPid,
      signal: this.spec.stopSignal as NodeJS.Signals,
      graceMs: Math.min(this.spec.stopGraceMs, leftoverGraceMs),
    });
    if (left > 0) this.#setting.warn(`${this.name} left ${left} processes behind, which were ended`);

    const oomKilled = this.spec.limits?.memoryBytes !== undefined && hadTooLittleMemory(this.id);
    if (oomKilled) this.#tell('oom');
    if (!this.#setting.events.toldEndOf(this.id, run))
      this.#tell('die', {
        exitCode,
        attributes: { run: String(run), execDuration: String(Math.round((this.#setting.now() - (startedAt ?? 0)) / 1000)) },
      });
    this.#run.forget();
    this.#record.note({ phase: 'ended', exitCode, oomKilled, finishedAt: this.#setting.now() });
    if (this.spec.limits !== undefined) removeGroup(foldersOf(this.id));
    this.endInput();
    if (!this.#run.shimLives(this.#setting.now())) this.#closeLog();
    else setTimeout(() => void (this.#status.run === run && this.#status.phase === 'ended' && this.#closeLog()), drainMs).unref();
    this.#starts.release();
    this.#ends.release(exitCode);
    this.#decideRestart();
  }

  #decideRestart(): void {
    const decision = decideRestart(this.spec.restart, this.#status);
    if (decision.kind === 'stay') {
      if (this.spec.autoRemove === true) void this.#removeItself();
      return;
    }
    this.#pendingRestart.plan(decision.afterMs, () => void this.#restartNow(decision.failures));
  }

  async #removeItself(): Promise<void> {
    try {
      await this.#untilDrained();
      await this.remove({ force: false });
      this.#setting.forget(this.id);
      await removeOwnFolder(this.spec);
    } catch (cause) {
      this.#setting.warn(`${this.name} can't be removed`, cause);
    }
  }

  #restartNow(failures: number): Promise<void> {
    return this.#inTurn(async () => {
      // A stop, a start or a removal came first.
      if (!this.#pendingRestart.cancel()) return;
      try {
        await this.#begin({ restarts: this.#status.restarts + 1, failures });
      } catch (cause) {
        this.#record.note({
          exitCode: 127,
          problem: (cause as Error).message,
          failures,
          finishedAt: this.#setting.now(),
          startedAt: this.#setting.now(),
        });
        this.#decideRestart();
      }
    });
  }

  async #stop({ signal = this.spec.stopSignal, graceMs = this.spec.stopGraceMs }: StopOptions): Promise<void> {
    this.#pendingRestart.cancel();
    if (this.#status.desired !== 'stopped') this.#record.note({ desired: 'stopped' });
    if (!this.#isUp) return;
    await this.running();
    if (!this.#isUp) return;
    const end = this.ended({ next: true });
    await this.#signal(signal);
    if (!(await withinMs(end, graceMs))) {
      if (signal !== 'SIGKILL') await this.#signal('SIGKILL');
      // A process that waits for a broken disk ends when that answers; the shim then tells.
      await end;
    }
    this.#tell('stop');
  }

  async #signal(signal: string): Promise<void> {
    const { process } = this.#run;
    if (process === null) return;
    try {
      await this.#run.signal(process, signal as NodeJS.Signals, () => this.#tell('kill', { attributes: { signal } }));
    } catch (cause) {
      throw new MusterError('STEP_FAILED', `${this.name} can't be sent ${signal}: ${(cause as Error).message}`, { cause });
    }
  }

  async #findRun(run: number): Promise<void> {
    if (this.#folder.claim(run)) {
      // The agent before this one was killed between deciding and doing; no shim can do it any more.
      this.#record.note({ phase: this.#status.startedAt === null ? 'created' : 'ended' });
      await this.start().catch((cause: unknown) => this.#setting.warn(`${this.name} can't be started`, cause));
      return;
    }
    this.#run.takeOver();
    if (this.#run.process !== null) this.#beginHealth();
    this.check();
  }

  #endedWithTheMachine(): void {
    if (!this.#isUp) return;
    const exitCode = this.#run.exitCode ?? 137;
    this.#record.note({ phase: 'ended', exitCode, finishedAt: this.#setting.now(), problem: 'the machine was started anew' });
    this.#tell('die', { exitCode, attributes: { run: String(this.#status.run) } });
  }

  async #untilDrained(): Promise<void> {
    await withinMs(this.drained(), drainMs);
  }

  #closeLog(): void {
    this.log.close();
    this.#drains.release();
  }

  #dispose(): void {
    this.#pendingRestart.cancel();
    this.endInput();
    this.log.dispose();
    this.#drains.release();
  }

  #tell(action: string, more: { readonly exitCode?: number; readonly attributes?: Readonly<Record<string, string>> } = {}): void {
    this.#setting.events.tell({ action, id: this.id, name: this.name, labels: this.spec.labels, ...more });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }
}

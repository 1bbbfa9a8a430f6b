import type { LaunchSpec, ProbeResult, Replica as ReplicaView } from '#api/agent/contract.ts';
import type { Health, ReplicaState } from '#model/observed.ts';
import type { Status } from './replica-folder.ts';

export type Known = {
  readonly id: string;
  readonly spec: LaunchSpec;
  readonly status: Status;
  readonly state: ReplicaState;
  readonly health: { readonly state: Health; readonly results: readonly ProbeResult[] };
  readonly pid: number | null;
  /** Digest of the names in its hosts file. */
  readonly hosts: string | null;
};

/** What commands are told of a replica: nothing of its environment. */
export function viewOf({ id, spec, status, state, health, pid, hosts }: Known): ReplicaView {
  const isUp = status.phase === 'up';
  return {
    id,
    name: status.name,
    labels: spec.labels,
    argv: spec.argv,
    workingDir: spec.workingDir,
    user: spec.user,
    tty: spec.tty,
    openStdin: spec.openStdin,
    stopSignal: spec.stopSignal,
    stopGraceMs: spec.stopGraceMs,
    restart: spec.restart,
    state,
    health: health.state,
    probes: health.results,
    pid: isUp ? pid : null,
    exitCode: isUp ? null : status.exitCode,
    oomKilled: status.oomKilled,
    problem: status.problem,
    hosts,
    restarts: status.restarts,
    createdAt: status.createdAt,
    startedAt: status.startedAt,
    finishedAt: status.finishedAt,
  };
}

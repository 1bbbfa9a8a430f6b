// A pure model of an engine, for tests: it does steps, refuses what a real engine would refuse, and can be observed like one.

import { digestOf } from '#lib/canonical-json.ts';
import { temporaryName } from '#model/names.ts';
import type { Observed, ObservedNetwork, ObservedReplica, ObservedVolume } from '#model/observed.ts';
import type { Plan, Step } from '#model/plan.ts';
import type { Project, Service } from '#model/project.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import { dependenciesOf, namespaceParents } from './dependencies.ts';
import { namedVolumes } from './diverged.ts';
import { wantedReplicas } from './scale.ts';

const everything = { images: true, networks: true, volumes: true, concurrency: 6 };

/** The runtimes of random projects: two engines on two hosts, and one that has neither networks nor volumes. */
export const simulatedRuntimes: TraitsByRuntime = {
  docker: everything,
  'docker@ssh://far': { ...everything, place: { host: 'ssh://far', address: 'far' } },
  process: { images: false, networks: false, volumes: false, concurrency: 16 },
};

/** All of them as one: each thing in it is on the runtime that its step named. */
export class SimulatedEngine {
  replicas: ObservedReplica[] = [];
  networks: ObservedNetwork[] = [];
  volumes: ObservedVolume[] = [];
  /** Ids that steps of plans applied here were given, by name: what apply keeps for new replicas. */
  #ids = 0;

  observe(project: Project): Observed {
    return structuredClone({
      project: project.name,
      replicas: this.replicas,
      networks: this.networks,
      volumes: this.volumes,
      images: Object.fromEntries(
        Object.keys(simulatedRuntimes).map((runtime) => [
          runtime,
          Object.fromEntries(
            Object.values(project.services).map((service) => [service.image ?? '', { id: 'sha256:image', repoDigests: [] }]),
          ),
        ]),
      ),
      heldPorts: [],
    });
  }

  /** Does one step of `project`'s plan. Throws when an engine would. */
  perform(step: Step, project: Project): void {
    switch (step.kind) {
      case 'create-network':
        return this.#createNetwork(step, project);
      case 'remove-network':
        return this.#removeNetwork(step);
      case 'create-volume':
        return this.#createVolume(step, project);
      case 'remove-volume':
        return this.#removeVolume(step);
      case 'create-replica':
        return this.#create(step, project);
      case 'start-replica':
        return this.#start(this.#find(step), project);
      case 'stop-replica':
      case 'kill-replica':
        return this.#change(this.#find(step), { state: 'exited', exitCode: 0, health: 'none' });
      case 'restart-replica': {
        const replica = this.#find(step);
        this.#change(replica, { state: 'exited', exitCode: 0, health: 'none' });
        return this.#start(this.#find(step), project);
      }
      case 'remove-replica': {
        const replica = this.#find(step);
        if (isUp(replica)) throw new Error(`${replica.name} runs and can't be removed`);
        this.replicas = this.replicas.filter((each) => each !== replica);
        return;
      }
      case 'rename-replica': {
        const replica = this.#find(step);
        this.#refuseTakenName(nameIn(step), replica);
        return this.#change(replica, { name: nameIn(step), replaces: null });
      }
      case 'disconnect-network': {
        const replica = this.#find(step);
        return this.#change(replica, { networks: replica.networks.filter((name) => name !== step.options.network?.name) });
      }
      case 'connect-network': {
        const replica = this.#find(step);
        const name = step.options.network?.name ?? '';
        if (!this.#has(this.networks, replica.runtime, name)) throw new Error(`no network ${name}`);
        return this.#change(replica, { networks: [...replica.networks, name] });
      }
      case 'wait-dependency':
        return this.#wait(step);
      case 'pull-image':
      case 'build-image':
      case 'remove-image':
      case 'run-provider':
      case 'stop-provider':
      case 'end-provider':
        return;
    }
  }

  #create(step: Step, project: Project): void {
    const { subject } = step;
    if (subject.type !== 'replica') throw new Error('not a replica');
    const service = serviceIn(project, subject.service);
    const { replaces } = step.options;
    if (replaces !== undefined && !this.replicas.some((replica) => replica.id === replaces.id))
      throw new Error('what it replaces is gone');
    const name = replaces === undefined ? subject.name : temporaryName(replaces.id, subject.name);
    this.#refuseTakenName(name);
    const traits = simulatedRuntimes[step.runtime];
    if (traits === undefined) throw new Error(`no runtime ${step.runtime}`);
    const networkKeys = traits.networks ? Object.keys(service.networks ?? {}) : [];
    const networks = networkKeys.map((key) => project.networks[key]?.name ?? '');
    for (const network of networks)
      if (!this.#has(this.networks, step.runtime, network)) throw new Error(`no network ${network} on ${step.runtime}`);
    const volumes = (traits.volumes ? namedVolumes(service) : []).map((key) => project.volumes[key]?.name ?? '');
    for (const volume of volumes)
      if (!this.#has(this.volumes, step.runtime, volume)) throw new Error(`no volume ${volume} on ${step.runtime}`);
    const joins = namespaceParents(service).map((parent) => {
      const found = this.replicas.filter((replica) => replica.service === parent && !/^[0-9a-f]{12}_/.test(replica.name));
      if (found[0] === undefined) throw new Error(`nothing of ${parent} to join`);
      if (found[0].runtime !== step.runtime) throw new Error(`${parent} is on another runtime`);
      return found[0].id;
    });
    this.replicas = [
      ...this.replicas,
      {
        id: digestOf(`${++this.#ids}`).slice('sha256:'.length),
        name,
        runtime: step.runtime,
        service: subject.service,
        number: subject.number,
        oneOff: false,
        state: 'created',
        health: 'none',
        exitCode: null,
        createdAt: this.#ids,
        image: service.image ?? '',
        imageId: 'sha256:image',
        configHash: project.configHashes[subject.service] ?? '',
        musterHash: '',
        config: service,
        networks,
        volumes,
        ports: (service.ports ?? []).map((port) => ({
          hostIp: '',
          hostPort: Number(port.published),
          target: port.target,
          protocol: 'tcp',
        })),
        joins,
        replaces: replaces?.name ?? null,
        status: '',
        command: '',
        labels: {},
      },
    ];
  }

  #start(replica: ObservedReplica, project: Project): void {
    if (isUp(replica)) return;
    for (const port of replica.ports)
      for (const other of this.replicas)
        if (isUp(other) && hostOf(other) === hostOf(replica) && other.ports.some((each) => each.hostPort === port.hostPort))
          throw new Error(`${other.name} holds port ${port.hostPort} that ${replica.name} wants`);
    for (const parent of replica.joins ?? [])
      if (!this.replicas.some((each) => each.id === parent && (isUp(each) || isJob(each.config))))
        throw new Error(`${replica.name} joins a replica that does not run`);
    const service = serviceIn(project, replica.service);
    if (isJob(service)) this.#change(replica, { state: 'exited', exitCode: 0 });
    else
      this.#change(replica, { state: 'running', exitCode: null, health: service.healthcheck === undefined ? 'none' : 'healthy' });
  }

  #wait(step: Step): void {
    if (step.subject.type !== 'service') throw new Error('not a service');
    const { service } = step.subject;
    const own = this.replicas.filter((each) => each.service === service && each.runtime === step.runtime && !each.oneOff);
    if (own.length === 0) throw new Error(`${step.runtime} has nothing of ${service} to wait for`);
    for (const replica of own) {
      const ended = replica.state === 'exited' && replica.exitCode === 0;
      const healthy = replica.state === 'running' && replica.health !== 'unhealthy' && replica.health !== 'starting';
      const met =
        step.options.condition === 'service_completed_successfully' ? ended : healthy || (ended && isJob(replica.config));
      if (!met) throw new Error(`waiting for ${replica.name} (${replica.state}) to be ${step.options.condition} would never end`);
    }
  }

  #createNetwork(step: Step, project: Project): void {
    if (step.subject.type !== 'network') throw new Error('not a network');
    const { key, name } = step.subject;
    if (this.#has(this.networks, step.runtime, name)) return;
    this.networks = [
      ...this.networks,
      { runtime: step.runtime, id: `net-${++this.#ids}`, name, key, configHash: project.networkHashes[key] ?? '', ours: true },
    ];
  }

  #removeNetwork(step: Step): void {
    const name = nameIn(step);
    const user = this.replicas.find((replica) => replica.runtime === step.runtime && replica.networks.includes(name));
    if (user !== undefined) throw new Error(`network ${name} is used by ${user.name}`);
    this.networks = this.networks.filter((network) => network.name !== name || network.runtime !== step.runtime);
  }

  #createVolume(step: Step, project: Project): void {
    if (step.subject.type !== 'volume') throw new Error('not a volume');
    const { key, name } = step.subject;
    if (this.#has(this.volumes, step.runtime, name)) return;
    this.volumes = [
      ...this.volumes,
      { runtime: step.runtime, name, key, configHash: project.volumeHashes[key] ?? '', ours: true },
    ];
  }

  #removeVolume(step: Step): void {
    const name = nameIn(step);
    const user = this.replicas.find((replica) => replica.runtime === step.runtime && replica.volumes.includes(name));
    if (user !== undefined) throw new Error(`volume ${name} is used by ${user.name}`);
    this.volumes = this.volumes.filter((volume) => volume.name !== name || volume.runtime !== step.runtime);
  }

  #has(things: readonly { readonly runtime: string; readonly name: string }[], runtime: string, name: string): boolean {
    return things.some((thing) => thing.runtime === runtime && thing.name === name);
  }

  /** As apply does: a step of a replica that the same plan made finds it by name. */
  #find(step: Step): ObservedReplica {
    const { subject } = step;
    if (subject.type !== 'replica') throw new Error('not a replica');
    const found =
      subject.id !== null
        ? this.replicas.find((replica) => replica.id === subject.id)
        : this.replicas.findLast((replica) => replica.service === subject.service && replica.number === subject.number);
    if (found === undefined) throw new Error(`no replica ${subject.name} for ${step.kind}`);
    if (found.runtime !== step.runtime)
      throw new Error(`${step.kind} of ${found.name}, which is on ${found.runtime}, asked of ${step.runtime}`);
    return found;
  }

  #refuseTakenName(name: string, except?: ObservedReplica): void {
    if (this.replicas.some((replica) => replica !== except && replica.name === name)) throw new Error(`name ${name} is taken`);
  }

  #change(replica: ObservedReplica, change: Partial<ObservedReplica>): void {
    this.replicas = this.replicas.map((each) => (each === replica ? { ...each, ...change } : each));
  }
}

/** A service whose replicas end by themselves, with success. */
export const isJob = (service: Partial<Service> | null): boolean => service?.command?.[0] === 'job';

export const isUp = (replica: ObservedReplica): boolean => replica.state === 'running';

/** Does the plan's first `count` steps that `pick` chooses among those that may run; all without a count. Calls `check` before each. */
export function performPlan(
  engine: SimulatedEngine,
  plan: Plan,
  project: Project,
  how: { readonly pick: (choices: number) => number; readonly count?: number; readonly check?: (step: Step) => void },
): void {
  const done = new Set<number>();
  const open = new Map(plan.steps.map((step) => [step.id, step]));
  while (open.size > 0 && done.size < (how.count ?? Number.POSITIVE_INFINITY)) {
    const ready = [...open.values()].filter((step) => step.after.every((id) => done.has(id)));
    const step = ready[how.pick(ready.length)];
    if (step === undefined) throw new Error('the plan is stuck');
    how.check?.(step);
    engine.perform(step, project);
    open.delete(step.id);
    done.add(step.id);
  }
}

/** Throws when `step` starts a replica before what it depends on is ready. */
export function checkDependencies(engine: SimulatedEngine, step: Step, services: Readonly<Record<string, Service>>): void {
  if (step.kind !== 'start-replica' || step.subject.type !== 'replica') return;
  const service = services[step.subject.service];
  if (service === undefined) return;
  for (const [name, how] of Object.entries(dependenciesOf(service))) {
    const dependency = services[name];
    if (dependency === undefined) continue;
    const own = engine.replicas.filter((replica) => replica.service === name);
    const ready = own.filter((replica) =>
      how.condition === 'service_completed_successfully' || isJob(dependency)
        ? replica.state === 'exited'
        : replica.state === 'running',
    );
    if (ready.length < wantedReplicas(dependency, name)) throw new Error(`${step.subject.name} starts before ${name} is ready`);
  }
}

function serviceIn(project: Project, name: string): Service {
  const service = project.services[name] ?? project.disabledServices[name];
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
}

const hostOf = ({ runtime }: ObservedReplica): string => simulatedRuntimes[runtime]?.place?.host ?? 'local';

function nameIn(step: Step): string {
  if (!('name' in step.subject)) throw new Error(`${step.kind} has no name`);
  return step.subject.name;
}

// Launch and attach are two ways to a handle; this one runs nothing. To create is to remember, to start is to attach, to stop is to let go.

import { randomBytes } from 'node:crypto';
import { cancelledBy } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import { musterOf } from '#model/muster-extension.ts';
import type { RemoteSettings } from '#model/muster-extension.ts';
import { label } from '#model/labels.ts';
import { temporaryName } from '#model/names.ts';
import type { Step, Subject } from '#model/plan.ts';
import type { Service } from '#model/project.ts';
import { replicaLabels } from '../labels.ts';
import type { PerformContext, StepOutcome } from '../runtime.ts';
import { sourceDigests } from '../stage/sources.ts';
import { probe } from './probe.ts';
import type { Headers, RemoteRecord } from './record.ts';
import type { RemoteSetting } from './setting.ts';
import { waitDependency } from './wait.ts';

type ReplicaSubject = Extract<Subject, { readonly type: 'replica' }>;

export async function perform(setting: RemoteSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  if (context.signal.aborted) throw cancelledBy(context.signal);
  if (step.kind === 'wait-dependency') return waitDependency(setting, step, context);
  const { subject } = step;
  if (subject.type !== 'replica') throw new Error(`step ${step.id} asks the remote runtime for ${step.kind}`);
  if (step.kind === 'create-replica') return create(setting, subject, step, context);
  const record = findRecord(setting, subject, context);
  switch (step.kind) {
    case 'start-replica':
      return attach(setting, required(record, subject), context);
    case 'restart-replica':
      return attach(setting, letGo(setting, required(record, subject)), context);
    case 'stop-replica':
    case 'kill-replica':
      if (record !== null) letGo(setting, record);
      return {};
    case 'rename-replica':
      rename(setting, required(record, subject), subject.name);
      return {};
    case 'remove-replica':
      remove(setting, record, step.options.force === true);
      return {};
    // The planner asks no runtime for what its traits say that it lacks.
    case 'pull-image':
    case 'build-image':
    case 'remove-image':
    case 'create-network':
    case 'remove-network':
    case 'connect-network':
    case 'disconnect-network':
    case 'create-volume':
    case 'remove-volume':
    case 'run-provider':
    case 'stop-provider':
    case 'end-provider':
      throw new Error(`step ${step.id} asks the remote runtime for ${step.kind}`);
  }
}

function create(setting: RemoteSetting, subject: ReplicaSubject, step: Step, context: PerformContext): StepOutcome {
  const { project, musterHashes } = context;
  const { replaces } = step.options;
  const definition = serviceOf(subject.service, context);
  const settings = settingsOf(subject.service, definition);
  const name = replaces === undefined ? subject.name : temporaryName(replaces.id, subject.name);
  const labels = replicaLabels({
    project,
    service: subject.service,
    definition,
    number: subject.number,
    imageId: '',
    configHash: project.configHashes[subject.service] ?? '',
    musterHash: musterHashes[subject.service] ?? '',
    sources: sourceDigests(definition, context.sources),
    replaces: replaces !== undefined,
  });
  const there = setting.records.list(project.name).find((record) => record.name === name);
  if (there !== undefined && !isSame(there, labels))
    throw new MusterError('NAME_COLLISION', `there is a remote service called ${name} already, with other settings`, {
      hint: `remove it first: muster rm -s ${subject.service}`,
    });
  const now = Date.now();
  const id = there?.id ?? randomBytes(32).toString('hex');
  setting.records.writeHeaders(id, headersOf(subject.service, settings, context));
  if (there !== undefined) return { replicaId: id };
  const { service, number } = subject;
  const record: RemoteRecord = {
    id,
    name,
    project: project.name,
    service,
    number,
    settings,
    labels,
    state: 'created',
    createdAt: now,
    changedAt: now,
  };
  setting.records.write(record);
  setting.events.add(record, 'create');
  return { replicaId: id };
}

function isSame({ labels }: RemoteRecord, wanted: Readonly<Record<string, string>>): boolean {
  return [label.configHash, label.musterHash].every((key) => labels[key] === wanted[key]);
}

/** Asks it once. That it does not answer now is no reason to leave the rest undone: who needs it waits for its health. */
async function attach(setting: RemoteSetting, record: RemoteRecord, { signal, progress }: PerformContext): Promise<StepOutcome> {
  if (record.state !== 'attached') {
    const attached = { ...record, state: 'attached', changedAt: Date.now() } as const;
    setting.records.write(attached);
    setting.events.add(attached, 'start');
  }
  progress(`asking ${record.settings.url}`);
  const found = await probe(record.settings, setting.records.headers(record.id), signal);
  if (signal.aborted) throw cancelledBy(signal);
  return found.isWell ? {} : { warning: `${record.service} at ${record.settings.url}: ${found.said}` };
}

function letGo(setting: RemoteSetting, record: RemoteRecord): RemoteRecord {
  if (record.state !== 'attached') return record;
  const detached = { ...record, state: 'detached', changedAt: Date.now() } as const;
  setting.records.write(detached);
  setting.events.add(detached, 'stop', 'die');
  return detached;
}

function rename(setting: RemoteSetting, record: RemoteRecord, name: string): void {
  if (record.name === name) return;
  const renamed = { ...record, name };
  setting.records.write(renamed);
  setting.events.add(renamed, 'rename');
}

function remove(setting: RemoteSetting, record: RemoteRecord | null, isForced: boolean): void {
  if (record === null) return;
  if (record.state === 'attached') {
    if (!isForced)
      throw new MusterError('STEP_FAILED', `${record.name} is attached to`, {
        hint: `stop it first: muster stop ${record.service}`,
      });
    letGo(setting, record);
  }
  setting.records.remove(record.project, record.id);
  setting.events.add(record, 'destroy');
}

/** By its handle, else by the name that it was made under. */
function findRecord({ records }: RemoteSetting, { id, name }: ReplicaSubject, { project }: PerformContext): RemoteRecord | null {
  if (id !== null) return records.find(project.name, id);
  return records.list(project.name).find((record) => record.name === name) ?? null;
}

function required(record: RemoteRecord | null, { name, service }: ReplicaSubject): RemoteRecord {
  if (record !== null) return record;
  throw new MusterError('REPLICA_NOT_FOUND', `there is no ${name}`, { hint: `muster up ${service}` });
}

function serviceOf(name: string, { project }: PerformContext): Service {
  const service = project.services[name] ?? project.disabledServices[name];
  if (service === undefined) throw new MusterError('UNKNOWN_SERVICE', `service ${name} is not in the Compose file`);
  return service;
}

function settingsOf(name: string, service: Service): RemoteSettings {
  const { remote } = musterOf(service);
  if (remote !== undefined) return remote;
  throw new MusterError('UNSUPPORTED', `service ${name} is to be remote and does not say where it is`, {
    hint: 'add x-muster: { remote: { url: … } }',
  });
}

function headersOf(service: string, { headers = {} }: RemoteSettings, { sources }: PerformContext): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => {
      if (typeof value === 'string') return [header, value];
      const content = sources.get(`secret:${value.secret}`);
      if (content === undefined)
        throw new MusterError('SOURCE_MISSING', `secret ${value.secret}, a header of service ${service}, has no content here`, {
          hint: 'give it a file: or environment: source',
        });
      // A file ends with a line end, a header must not.
      return [
        header,
        `${value.prefix ?? ''}${Buffer.from(content.bytes)
          .toString()
          .replace(/\r?\n$/, '')}`,
      ];
    }),
  );
}

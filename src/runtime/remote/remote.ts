// The remote runtime: services that somebody else runs. They are looked at, waited for and referred to like any other. docs/guide/runtimes.md

import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { RuntimeTraits } from '#model/runtime-traits.ts';
import type { LogOptions, Runtime } from '../runtime.ts';
import { EventLog } from './event-log.ts';
import { events } from './events.ts';
import { observe, projects } from './observe.ts';
import { perform } from './perform.ts';
import { RecordStore } from './record.ts';
import type { RemoteSetting } from './setting.ts';

export const runtimeKind = 'remote';

export type RemoteRuntimeOptions = {
  readonly stateDirectory: string;
  /** On tmpfs where the machine has one: headers that hold secrets are kept there. */
  readonly runtimeDirectory: string;
};

const traits: RuntimeTraits = { images: false, networks: false, volumes: false, attachesOnly: true, concurrency: 16 };

export function remoteRuntime(options: RemoteRuntimeOptions): Runtime {
  const records = new RecordStore(options);
  const setting: RemoteSetting = { name: runtimeKind, records, events: new EventLog(records) };
  return {
    kind: runtimeKind,
    name: setting.name,
    traits,
    // What it keeps is this machine's; where the services are, each says itself.
    location: 'remote',
    observe: (query) => observe(setting, query),
    projects: () => Promise.resolve(projects(setting)),
    perform: (step, context) => perform(setting, step, context),
    logs: noLogs,
    events: (query) => events(setting, query),
    exec: (replica) => Promise.reject(refusal(replica.service, 'no command can be run in it')),
    attach: (replica) => Promise.reject(refusal(replica.service, 'its streams are not ours')),
    run: (service) => Promise.reject(refusal(service, 'no replica of it can be run')),
    images: () => Promise.resolve([]),
    processes: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}

function refusal(service: string, what: string): MusterError {
  return new MusterError('UNSUPPORTED', `service ${service} is remote: ${what}`, {
    hint: 'ask those who run it',
  });
}

// Its lines are somebody else's: none come, and there is none to wait for.
// oxlint-disable-next-line require-yield
async function* noLogs(_replica: ObservedReplica, _options: LogOptions): AsyncGenerator<never, void> {}

// What the agent knows of a replica -> a replica.

import type { Replica } from '#api/agent/contract.ts';
import { label } from '#model/labels.ts';
import type { ObservedReplica } from '#model/observed.ts';
import { checkSaid } from '../../last-words.ts';
import { isOneOff, numberFrom, recordedConfig, replacedName } from '../../replica-record.ts';
import { readPlacement } from '../native-labels.ts';
import { statusText } from './status-text.ts';

/** `runtime`: the name of the runtime that sees it; `now`: Unix milliseconds. */
export function replicaFrom(replica: Replica, runtime: string, now: number): ObservedReplica {
  const { id, name, labels, state } = replica;
  const { ports, volumes } = readPlacement(labels);
  const isUp = state === 'running' || state === 'paused';
  return {
    id,
    name,
    runtime,
    service: labels[label.service] ?? '',
    number: numberFrom(labels),
    oneOff: isOneOff(labels),
    state,
    health: isUp ? replica.health : 'none',
    ...(isUp ? healthSaid(replica) : {}),
    ...(replica.problem === '' ? {} : { problem: replica.problem }),
    exitCode: state === 'exited' || state === 'dead' || state === 'restarting' ? replica.exitCode : null,
    createdAt: Math.floor(replica.createdAt / 1000),
    image: '',
    imageId: '',
    configHash: labels[label.configHash] ?? '',
    musterHash: labels[label.musterHash] ?? '',
    config: recordedConfig(labels[label.musterConfig]),
    networks: [],
    volumes,
    // What does not run holds no port.
    ports: isUp ? ports : [],
    addresses: isUp ? [{ network: '', ip: '127.0.0.1', gateway: '' }] : [],
    replaces: replacedName(name, labels),
    status: statusText(replica, now),
    command: replica.argv.join(' '),
    labels,
  };
}

function healthSaid({ probes }: Replica): Pick<ObservedReplica, 'healthSaid'> {
  const said = checkSaid(probes.at(-1) ?? { output: '', exitCode: 0 });
  return said === '' ? {} : { healthSaid: said };
}

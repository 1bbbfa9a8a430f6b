// What a native replica has beyond its service, kept in labels like all that is known of it.

import { label } from '#model/labels.ts';
import type { ObservedPort } from '#model/observed.ts';

export type Placement = {
  readonly ports: readonly ObservedPort[];
  /** Names of volumes. */
  readonly volumes: readonly string[];
  /** Staged files; '' where there are none. */
  readonly directory: string;
};

export function placementLabels({ ports, volumes, directory }: Placement): Record<string, string> {
  return {
    ...(ports.length === 0 ? {} : { [label.musterPorts]: ports.map(portText).join(',') }),
    ...(volumes.length === 0 ? {} : { [label.musterVolumes]: volumes.join(',') }),
    ...(directory === '' ? {} : { [label.musterDirectory]: directory }),
  };
}

export function readPlacement(labels: Readonly<Record<string, string>>): Placement {
  return {
    ports: listIn(labels[label.musterPorts]).flatMap(readPort),
    volumes: listIn(labels[label.musterVolumes]),
    directory: labels[label.musterDirectory] ?? '',
  };
}

const listIn = (text = ''): string[] => text.split(',').filter((item) => item !== '');

/** `127.0.0.1:8080->80/tcp` */
const portText = ({ hostIp, hostPort, target, protocol }: ObservedPort): string => `${hostIp}:${hostPort}->${target}/${protocol}`;

function readPort(text: string): ObservedPort[] {
  const match = /^(.*):(\d+)->(\d+)\/(\w+)$/.exec(text);
  if (match === null) return [];
  const [, hostIp = '', hostPort, target, protocol = 'tcp'] = match;
  return [{ hostIp, hostPort: Number(hostPort), target: Number(target), protocol }];
}

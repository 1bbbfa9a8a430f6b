// Log lines as people read them: a coloured, aligned prefix with the replica's short name.

import type { LogRecord } from '#model/event.ts';
import { coloursFor, type Paint, rainbow } from './colours.ts';

export type LogLook = {
  readonly hasColour: boolean;
  readonly hasPrefix: boolean;
  readonly hasTimestamps: boolean;
};

export type LogPrinter = {
  /** Makes room for a replica's name before its first line comes. */
  expect(replicaName: string): void;
  line(record: Pick<LogRecord, 'replicaName' | 'timestamp' | 'text'>): string;
  /** "web-1 exited with code 3" */
  exit(replicaName: string, exitCode: number): string;
};

export function logPrinter(project: string, look: LogLook): LogPrinter {
  const paints = new Map<string, Paint>();
  const dim = coloursFor(look.hasColour).dim;
  let width = 0;
  const meet = (replicaName: string): { readonly name: string; readonly paint: Paint } => {
    const name = shortName(project, replicaName);
    width = Math.max(width, name.length);
    let paint = paints.get(name);
    if (paint === undefined) {
      paint = (look.hasColour ? rainbow[paints.size % rainbow.length] : undefined) ?? ((text) => text);
      paints.set(name, paint);
    }
    return { name, paint };
  };
  return {
    expect: (replicaName) => void meet(replicaName),
    line({ replicaName, timestamp, text }) {
      const { name, paint } = meet(replicaName);
      const prefix = look.hasPrefix ? paint(`${name.padEnd(width)}  | `) : '';
      return `${prefix}${look.hasTimestamps && timestamp !== '' ? `${timestamp} ` : ''}${text}\n`;
    },
    exit(replicaName, exitCode) {
      const { name, paint } = meet(replicaName);
      return `${paint(name)} ${dim(`exited with code ${exitCode}`)}\n`;
    },
  };
}

/** `web-1` for `shop-web-1`; a container_name of its own stays whole. */
export function shortName(project: string, replicaName: string): string {
  for (const separator of ['-', '_'])
    if (replicaName.startsWith(`${project}${separator}`)) return replicaName.slice(project.length + 1);
  return replicaName;
}

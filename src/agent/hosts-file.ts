// What a replica sees as /etc/hosts: its machine's, with names of its project in front. It is bound over the machine's in a mount namespace of
// the replica's own (shim/words.ts), so what is written here is seen by what runs already: always the same file, written in place.

import { execFile } from 'node:child_process';
import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { once } from '#lib/once.ts';
import { type HostNames, hostNamesDigest } from '#model/host-names.ts';
import { standardProgram } from './shim/standard-program.ts';

const machineHosts = '/etc/hosts';

export class HostsFile {
  readonly path: string;
  #names: HostNames | null;
  #digest: string | null;

  /** As an agent before this one has left it. */
  constructor(path: string) {
    this.path = path;
    this.#names = namesIn(readOr(path, ''));
    this.#digest = this.#names === null ? null : hostNamesDigest(this.#names);
  }

  /** null: none were ever told. */
  get names(): HostNames | null {
    return this.#names;
  }

  /** Of the names. */
  get digest(): string | null {
    return this.#digest;
  }

  /** The machine's own names may have changed since it was written. */
  renew(onTrouble: (cause: unknown) => void): void {
    if (this.#names === null) return;
    try {
      this.write(this.#names);
    } catch (cause) {
      onTrouble(cause);
    }
  }

  write(names: HostNames): void {
    const kept = wellFormed(names);
    overwrite(this.path, hostsText(kept, readOr(machineHosts, '127.0.0.1\tlocalhost\n')));
    this.#names = kept;
    this.#digest = hostNamesDigest(kept);
  }
}

/** Why replicas can't see hosts files of their own; '' when they can. Tried once: no right and no version tells as surely. */
export const hostsProblem = once(async (): Promise<string> => {
  try {
    const words = ['--mount', '--propagation', 'slave', '--', standardProgram('mount'), '--bind', machineHosts, machineHosts];
    await promisify(execFile)(standardProgram('unshare'), words);
    return '';
  } catch (error) {
    return (error as Error).message.trim().split('\n').at(-1) ?? '';
  }
});

const firstLine = '# Services of the project, told by muster.';

/** The project's first: of several lines with one name, resolvers prefer the first. */
export function hostsText(names: HostNames, machine: string): string {
  const lines = Object.entries(names).flatMap(([name, ips]) => ips.map((ip) => `${ip}\t${name}`));
  return [firstLine, ...lines, '', `# From the machine's own:`, machine].join('\n');
}

export function namesIn(text: string): HostNames | null {
  const [head, ...lines] = (text.split('\n\n')[0] ?? '').split('\n');
  if (head !== firstLine) return null;
  const names = new Map<string, string[]>();
  for (const line of lines) {
    const [ip = '', name = ''] = line.split('\t');
    names.set(name, [...(names.get(name) ?? []), ip]);
  }
  return Object.fromEntries(names);
}

/** An alias may be any text; a line break in it would make lines of its own. */
function wellFormed(names: HostNames): HostNames {
  const kept = Object.entries(names).filter(([name]) => /^[\w.-]+$/.test(name));
  return Object.fromEntries(kept.map(([name, ips]) => [name, ips.filter((ip) => isIP(ip) !== 0)]));
}

/** Who reads meanwhile sees the old text or the new one, with blank lines at its end. */
function overwrite(path: string, text: string): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o644);
  try {
    // Whatever the umask: the service may run as another user. Its folder keeps everybody else out.
    fchmodSync(file, 0o644);
    const bytes = Buffer.from(text);
    const blank = Buffer.alloc(Math.max(0, fstatSync(file).size - bytes.length), '\n');
    writeSync(file, Buffer.concat([bytes, blank]), 0, bytes.length + blank.length, 0);
    ftruncateSync(file, bytes.length);
  } finally {
    closeSync(file);
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

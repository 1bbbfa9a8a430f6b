// What a command may know about its three standard streams.

import type { AnsiMode } from './globals.ts';

export type Output = {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width; 80 where nobody says. */
  readonly columns: number;
  readonly rows: number;
  readonly hasColour: boolean;
};

export type Terminal = {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether a person can answer a question. */
  readonly canAsk: boolean;
};

type Environment = Readonly<Record<string, string | undefined>>;

export function openTerminal(ansi: AnsiMode, environment: Environment): Terminal {
  return {
    stdout: outputOf(() => process.stdout, ansi, environment),
    stderr: outputOf(() => process.stderr, ansi, environment),
    get canAsk() {
      return process.stdin.isTTY && process.stderr.isTTY;
    },
  };
}

/** The stream comes as a function: touching process.stdout costs a few milliseconds that `version` on a pipe need not pay twice. */
function outputOf(stream: () => NodeJS.WriteStream, ansi: AnsiMode, environment: Environment): Output {
  return {
    write: (text) => void stream().write(text),
    get isTerminal() {
      return stream().isTTY;
    },
    get columns() {
      return stream().columns || Number(environment['COLUMNS']) || 80;
    },
    get rows() {
      return stream().rows || 24;
    },
    get hasColour() {
      return hasColour(stream().isTTY, ansi, environment);
    },
  };
}

/** https://no-color.org: a NO_COLOR that is set and not empty switches colours off, unless --ansi asks for them. */
export function hasColour(isTerminal: boolean, ansi: AnsiMode, environment: Environment): boolean {
  if (ansi !== 'auto') return ansi === 'always';
  if ((environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb') return false;
  return isTerminal;
}

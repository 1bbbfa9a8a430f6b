// An error as a person reads it: what happened, where, what to do; or as one JSON line for a program.

import { MusterError, MusterErrors, type Place } from '#lib/errors.ts';
import { musterVersion } from '#lib/version.ts';
import { seeAlso } from './see-also.ts';
import { shownPath } from './shown-path.ts';
import { hasColour } from './terminal.ts';

/** Prints to standard error and returns the exit code. */
export function printFailure(error: unknown, argv: readonly string[]): number {
  const colour = hasColour(process.stderr.isTTY, argv.includes('--ansi=never') ? 'never' : 'auto', process.env);
  const debug = argv.includes('--debug');
  const asJson =
    argv.includes('--progress=json') ||
    argv[argv.indexOf('--progress') + 1] === 'json' ||
    process.env['COMPOSE_PROGRESS'] === 'json';
  process.stderr.write(`${asJson ? failureAsJson(error) : failureAsText(error, { colour, debug, cwd: process.cwd() })}\n`);
  return error instanceof MusterError ? error.exitCode : 1;
}

export type FailureOptions = { readonly colour: boolean; readonly debug: boolean; readonly cwd: string };

export function failureAsText(error: unknown, options: FailureOptions): string {
  if (!(error instanceof MusterError)) return bug(error, options.debug);
  const all = error instanceof MusterErrors ? error.errors : [error];
  const text = all.map((one) => expected(one, options)).join('\n');
  return options.debug ? `${text}\n${stackOf(error)}` : text;
}

function expected(error: MusterError, { colour, cwd }: FailureOptions): string {
  const red = colour ? (text: string) => `\u001B[31m${text}\u001B[39m` : (text: string) => text;
  const dim = colour ? (text: string) => `\u001B[2m${text}\u001B[22m` : (text: string) => text;
  const lines = [`${red('muster:')} ${error.message}`];
  if (error.place !== undefined) lines.push(...placeLines(error.place, dim, cwd));
  if (error.hint !== undefined) lines.push(`  ${dim('hint:')} ${error.hint}`);
  if (error.place !== undefined) lines.push(`  ${dim('see:')} ${seeAlso(error)}`);
  lines.push(`  ${dim('code:')} ${error.code}`);
  return lines.join('\n');
}

/** `file:line:column`, then the line itself with a marker below the column. */
function placeLines(place: Place, dim: (text: string) => string, cwd: string): string[] {
  const position = [shownPath(place.file, cwd), place.line, place.column].filter((part) => part !== undefined).join(':');
  if (place.line === undefined || place.source === undefined) return [`  ${dim('at:')} ${position}`];
  const margin = ` ${place.line} | `;
  const lines = [`  ${dim('at:')} ${position}`, `${dim(margin)}${place.source.trimEnd()}`];
  if (place.column !== undefined) {
    // Tabs before the column stay tabs, so that the marker stands below its character on every terminal.
    const before = place.source.slice(0, place.column - 1).replaceAll(/[^\t]/g, ' ');
    lines.push(`${dim(`${' '.repeat(margin.length - 2)}| `)}${before}^`);
  }
  return lines;
}

function bug(error: unknown, debug: boolean): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const lines = [
    `muster: this is a bug in muster: ${message}`,
    `  hint: please report it with the command you ran and the output of the same command with --debug (muster ${musterVersion}, Node.js ${process.versions.node})`,
  ];
  return debug ? `${lines.join('\n')}\n${stackOf(error)}` : lines.join('\n');
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const own = error.stack ?? '';
  return error.cause === undefined
    ? own
    : `${own}\ncaused by: ${error.cause instanceof Error ? stackOf(error.cause) : JSON.stringify(error.cause)}`;
}

/** One line; `error` and `message` are the members that Docker Compose prints. */
export function failureAsJson(error: unknown): string {
  if (!(error instanceof MusterError)) return JSON.stringify({ error: true, message: String(error) });
  const all = error instanceof MusterErrors ? error.errors : [error];
  return all.map(({ message, code, hint, place }) => JSON.stringify({ error: true, message, code, hint, place })).join('\n');
}

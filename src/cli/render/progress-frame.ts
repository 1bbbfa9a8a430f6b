// One picture of the progress on a terminal: a line of counts, then a row per thing. Pure.

import { coloursFor, type Paint } from './colours.ts';
import { shortDuration } from '#lib/human.ts';
import type { ProgressRow } from './progress-rows.ts';
import { ellipsis } from './replica-row.ts';

export type FrameOptions = {
  readonly verb: string;
  readonly total: number;
  readonly width: number;
  /** Lines that may be used. */
  readonly height: number;
  readonly hasColour: boolean;
  /** Unix milliseconds. */
  readonly now: number;
};

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
export const frameMs = 100;

export function progressFrame(rows: readonly ProgressRow[], options: FrameOptions): string[] {
  const shown = chooseRows(rows, options.height - 2);
  const finished = rows.filter((row) => row.endedAt !== null).length;
  const { bold, dim } = coloursFor(options.hasColour);
  const nameWidth = Math.min(Math.max(12, options.width - 24), Math.max(0, ...shown.map((row) => row.name.length)));
  const lines = shown.map((row) => rowLine(row, nameWidth, options));
  const hidden = rows.length - shown.length;
  return [
    bold(`${options.verb} ${finished}/${Math.max(options.total, rows.length)}`),
    ...lines,
    ...(hidden > 0 ? [dim(` … and ${hidden} more`)] : []),
  ];
}

/** How many rows a picture takes that was drawn when the terminal was wider: what no longer fits was wrapped. */
export function rowsOnScreen(lines: readonly string[], width: number): number {
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(visibleLength(line) / width)), 0);
}

const visibleLength = (line: string): number => line.replaceAll(colours, '').length;
// eslint-disable-next-line no-control-regex
const colours = /\u001B\[[0-9;]*m/g;

/** All when they fit; else those that still move or failed, then the ones that ended last; in their own order. */
function chooseRows(rows: readonly ProgressRow[], room: number): readonly ProgressRow[] {
  if (rows.length <= room) return rows;
  const ranked = [...rows].sort((a, b) => rank(b) - rank(a));
  const chosen = new Set(ranked.slice(0, Math.max(1, room)));
  return rows.filter((row) => chosen.has(row));
}

function rank(row: ProgressRow): number {
  return row.endedAt === null || row.state === 'failed' ? Number.MAX_SAFE_INTEGER : row.endedAt;
}

function rowLine(row: ProgressRow, nameWidth: number, { width, hasColour, now }: FrameOptions): string {
  const time = shortDuration((row.endedAt ?? now) - row.startedAt);
  const detail = row.text === '' ? '' : `  ${row.text}`;
  const left = ` ${shorten(row.name, nameWidth).padEnd(nameWidth)}  ${row.word.padEnd(11)}${detail}`;
  const room = Math.max(10, width - time.length - 4);
  return ` ${mark(row, hasColour, now)}${ellipsis(left, room).padEnd(room)} ${coloursFor(hasColour).dim(time)}`;
}

/** Cut in the middle: names of replicas differ at their end. */
function shorten(name: string, width: number): string {
  if (name.length <= width) return name;
  const end = Math.floor((width - 1) / 2);
  return `${name.slice(0, width - 1 - end)}…${name.slice(name.length - end)}`;
}

function mark(row: ProgressRow, hasColour: boolean, now: number): string {
  const { green, red, yellow, cyan } = coloursFor(hasColour);
  const marks: Readonly<Record<ProgressRow['state'], readonly [Paint, string]>> = {
    working: [cyan, spinner[Math.floor(now / frameMs) % spinner.length] ?? ''],
    done: [green, '✔'],
    failed: [red, '✘'],
    warned: [yellow, '!'],
    stopped: [yellow, '-'],
  };
  const [paint, sign] = marks[row.state];
  return paint(sign);
}

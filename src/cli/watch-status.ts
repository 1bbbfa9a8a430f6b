// `status --watch`: looks again and again, and shows what is different: at a terminal one picture that is drawn anew, else a line per change.

import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '#lib/errors.ts';
import type { ProjectStatus } from '#plan/status.ts';
import { type StatusScope, lookAtStatus } from './look-at-status.ts';
import { rowsOnScreen } from './render/progress-frame.ts';
import { statusJson, statusNews, statusTable } from './render/status.ts';
import type { Output } from './terminal.ts';

const pauseMs = 1000;

/** Until it is interrupted. What can't be asked at first is an error; what can't any more is unknown until it can again. */
export async function watchStatus(scope: StatusScope, format: string): Promise<void> {
  const { signal } = scope.app.interrupts;
  const { stdout } = scope.app.terminal;
  const show = format === 'json' ? jsonLines(stdout) : stdout.isTerminal ? picture(stdout) : lines(stdout);
  let last: ProjectStatus | null = null;
  try {
    while (!signal.aborted) {
      last = await lookOrUnknown(scope, last);
      show(last);
      await delay(pauseMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** The table says what is lost: warnings would tear the picture. */
async function lookOrUnknown(scope: StatusScope, last: ProjectStatus | null): Promise<ProjectStatus> {
  try {
    return await lookAtStatus(last === null ? scope : { ...scope, onLost: () => {} });
  } catch (error) {
    if (last === null || !(error instanceof MusterError) || scope.app.interrupts.signal.aborted) throw error;
    const why = `nothing can be asked: ${error.message}`;
    return {
      ...last,
      status: 'unknown',
      services: last.services.map((service) => ({ ...service, status: 'unknown', why, replicas: [] })),
    };
  }
}

type Show = (status: ProjectStatus) => void;

function jsonLines(output: Output): Show {
  let shown = '';
  return (status) => {
    const text = statusJson(status);
    if (text !== shown) output.write(`${text}\n`);
    shown = text;
  };
}

function lines(output: Output): Show {
  let shown: ProjectStatus | null = null;
  return (status) => {
    const at = new Date().toISOString();
    for (const line of statusNews(status, shown)) output.write(`${at}  ${line}\n`);
    shown = status;
  };
}

/** Never higher than the terminal: what has left it at the top could not be drawn over. */
function picture(output: Output): Show {
  let drawn: readonly string[] = [];
  return (status) => {
    const all = statusTable(status, { hasColour: output.hasColour, width: output.columns });
    const room = Math.max(2, output.rows - 1);
    const shown = all.length <= room ? all : [...all.slice(0, room - 1), `… and ${all.length - room + 1} more`];
    if (shown.join('\n') === drawn.join('\n')) return;
    const up = rowsOnScreen(drawn, output.columns);
    output.write(`${up === 0 ? '' : `\u001B[${up}A\u001B[0J`}${shown.join('\n')}\n`);
    drawn = shown;
  };
}

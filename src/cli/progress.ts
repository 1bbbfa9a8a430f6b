// Progress in the form that was asked for, on standard error, so that a command's result stays alone on standard output.

import type { StepEvent } from '#model/event.ts';
import { type Plan, type Step, type Subject, providerRuntime } from '#model/plan.ts';
import type { App } from './app.ts';
import { isTrue, type ProgressMode } from './globals.ts';
import { frameMs, progressFrame, rowsOnScreen } from './render/progress-frame.ts';
import { ProgressRows } from './render/progress-rows.ts';
import { rowName, stepWords } from './render/step-words.ts';
import type { Output } from './terminal.ts';

export type Progress = {
  plan(plan: Plan): void;
  event(event: StepEvent): void;
  /** A line that stays: a warning, a build's output, the wait for another run. */
  say(text: string): void;
  /** Writes to the same terminal what is not progress: above the picture, which would else be torn. */
  above(write: () => void): void;
  /** Leaves the last picture and gives the terminal back. */
  end(): void;
};

export function openProgress(app: App, verb: string): Progress {
  const output = isTrue(app.environment['COMPOSE_STATUS_STDOUT']) ? app.terminal.stdout : app.terminal.stderr;
  switch (chosenMode(app, output)) {
    case 'quiet':
      return silent;
    case 'json':
      return jsonProgress(output);
    case 'tty':
      return liveProgress(output, verb);
    case 'plain':
      return plainProgress(output);
  }
}

function chosenMode(app: App, output: Output): Exclude<ProgressMode, 'auto'> {
  const mode = app.globals.progress;
  if (mode !== 'auto') return mode;
  const isDumb = app.environment['TERM'] === 'dumb' || isTrue(app.environment['CI']) || app.globals.ansi === 'never';
  return output.isTerminal && !isDumb ? 'tty' : 'plain';
}

const silent: Progress = { plan() {}, event() {}, say() {}, above: (write) => write(), end() {} };

/** One line when a step begins and one when it ends: ` Container shop-web-1  Started`. */
function plainProgress(output: Output): Progress {
  let width = 0;
  return {
    ...silent,
    plan: ({ steps }) => {
      const builders = steps.filter(({ kind }) => kind === 'build-image').map(({ subject }) => serviceOf(subject));
      width = builders.length < 2 ? 0 : Math.max(...builders.map((name) => name.length));
    },
    event({ step, status, text }) {
      const words = stepWords(step);
      const line = (word: string, detail?: string): void =>
        output.write(` ${rowName(step)}  ${word}${detail === undefined ? '' : `  ${detail}`}\n`);
      if (status === 'started' && step.kind !== 'rename-replica') line(words.doing);
      // Of a provider it is all that can be seen; others would fill the page with it.
      else if (status === 'progress' && step.runtime === providerRuntime) line(words.doing, text);
      else if (status === 'done') line(words.done);
      else if (status === 'failed') line('Error', text);
      else if (status === 'warning') line('Warning', text);
      else if (status === 'cancelled') line('Interrupted');
      // Builds at the same time talk at the same time.
      else if (status === 'output')
        output.write(`${width === 0 ? '' : `${serviceOf(step.subject).padEnd(width)} | `}${text ?? ''}\n`);
    },
    say: (text) => output.write(`${text}\n`),
  };
}

const serviceOf = (subject: Subject): string => ('service' in subject ? subject.service : '');

/** One object per line; `id`, `status` and `text` are the members that Docker Compose prints. */
function jsonProgress(output: Output): Progress {
  return {
    ...silent,
    event({ step, status, text, at }) {
      const words = stepWords(step);
      const word = status === 'done' ? words.done : status === 'failed' ? 'Error' : words.doing;
      output.write(
        `${JSON.stringify({ id: rowName(step), status: word, text, step: step.id, kind: step.kind, event: status, at })}\n`,
      );
    },
    say: (text) => output.write(`${JSON.stringify({ text })}\n`),
  };
}

const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';

/** A picture that is redrawn in place, at most ten times a second and never higher than the terminal. */
function liveProgress(output: Output, verb: string): Progress {
  const rows = new ProgressRows();
  const outputs = new LastOutput();
  let drawn: readonly string[] = [];
  const erased = (): string => erase(rowsOnScreen(drawn, output.columns));
  let timer: NodeJS.Timeout | null = null;
  /** What comes with the next picture. */
  const above: (() => void)[] = [];
  const writeAbove = (): void => {
    if (above.length === 0) return;
    output.write(erased());
    drawn = [];
    for (const write of above.splice(0)) write();
  };
  const draw = (): void => {
    writeAbove();
    if (rows.rows.length === 0) return;
    const lines = progressFrame(rows.rows, {
      verb,
      total: rows.total,
      width: output.columns,
      height: output.rows,
      hasColour: output.hasColour,
      now: Date.now(),
    });
    output.write(`${erased()}${lines.join('\n')}\n`);
    drawn = lines;
  };
  const leave = (): void => {
    writeAbove();
    output.write(showCursor);
  };
  return {
    plan: ({ steps }) => rows.plan(steps),
    event(event) {
      rows.take(event);
      outputs.take(event);
      if (event.status === 'failed') for (const line of outputs.of(event.step)) this.say(line);
      if (timer !== null) return;
      output.write(hideCursor);
      // Also when the program is left in the middle, a terminal without a cursor would be a nuisance.
      process.once('exit', leave);
      draw();
      timer = setInterval(draw, frameMs).unref();
    },
    say(text) {
      above.push(() => output.write(`${text}\n`));
      if (timer === null) writeAbove();
      else draw();
    },
    above(write) {
      // Drawing for each line of a flood would be slower than the flood.
      if (timer === null) write();
      else above.push(write);
    },
    end() {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      draw();
      process.off('exit', leave);
      leave();
      drawn = [];
    },
  };
}

/** The end of what a build said: the picture shows one line of it, a failure needs more. */
class LastOutput {
  readonly #lines = new Map<Step, string[]>();

  take({ status, step, text }: StepEvent): void {
    if (status !== 'output' || text === undefined) return;
    const lines = this.#lines.get(step) ?? [];
    lines.push(text);
    this.#lines.set(step, lines.slice(-40));
  }

  of(step: Step): readonly string[] {
    return this.#lines.get(step) ?? [];
  }
}

/** Up over the last picture, and clear from there on. */
const erase = (rows: number): string => (rows === 0 ? '' : `\u001B[${rows}A\u001B[0J`);

// What a build says, as lines: `#5 [2/3] RUN make`, `#5 0.312 cc -o app`, `#5 DONE 1.2s`; how it failed, and how far it is.

import type { FailedStep } from '../build-failure.ts';
import type { BuildStatus, Vertex, VertexLog, VertexStatus } from './solve.ts';

/** As much of a failing step's output as helps. */
const rememberedLines = 20;

type Shown = {
  readonly number: number;
  vertex: Vertex;
  /** What is said of its end; null while it runs. */
  end: string | null;
  isEndTold: boolean;
  partial: string;
  readonly lastLines: string[];
  readonly finishedParts: Set<string>;
};

export class BuildLog {
  readonly #steps = new Map<string, Shown>();
  /** The step at work, in one line. */
  current = '';

  get hasBegun(): boolean {
    return this.#steps.size > 0;
  }

  /** The lines that this adds. */
  *add({ vertexes, statuses, logs, warnings }: BuildStatus): Generator<string> {
    for (const vertex of vertexes) this.#update(vertex);
    yield* this.end();
    for (const vertex of vertexes) yield* this.#begin(vertex);
    for (const status of statuses) yield* this.#part(status);
    for (const log of logs) yield* this.#said(log);
    for (const vertex of vertexes) yield* this.#finish(vertex);
    for (const warning of warnings) yield `WARNING: ${warning}`;
  }

  /** What is left to say. */
  *end(): Generator<string> {
    for (const step of this.#steps.values()) {
      if (step.end === null || step.isEndTold) continue;
      step.isEndTold = true;
      yield `#${step.number} ${step.end}`;
    }
  }

  /** The step that failed first, and its own words; null: none did. */
  failure(): (FailedStep & { readonly reason: string }) | null {
    for (const { vertex, lastLines } of this.#steps.values())
      if (vertex.error !== '' && !isCancelled(vertex)) return { place: placeOf(vertex.name), lastLines, reason: vertex.error };
    return null;
  }

  #update(vertex: Vertex): void {
    const step = this.#steps.get(vertex.digest);
    if (step === undefined) return;
    step.vertex = vertex;
    if (vertex.completed !== null) return;
    // A look into the cache ends a step that then begins in earnest: its end is told only when nothing follows at once.
    step.end = null;
    step.isEndTold = false;
  }

  *#begin(vertex: Vertex): Generator<string> {
    if (vertex.started === null) return;
    const known = this.#steps.get(vertex.digest);
    if (known !== undefined) {
      known.vertex = vertex;
      return;
    }
    const number = this.#steps.size + 1;
    this.#steps.set(vertex.digest, {
      number,
      vertex,
      end: null,
      isEndTold: false,
      partial: '',
      lastLines: [],
      finishedParts: new Set(),
    });
    this.current = vertex.name;
    yield `#${number} ${vertex.name}`;
  }

  *#part({ vertex, id, current, total, completed }: VertexStatus): Generator<string> {
    const step = this.#steps.get(vertex);
    if (step === undefined || step.finishedParts.has(id)) return;
    const size = current === 0 ? '' : total > 0 ? ` ${sizeText(current)} / ${sizeText(total)}` : ` ${sizeText(current)}`;
    if (completed) {
      step.finishedParts.add(id);
      yield `#${step.number} ${id}${size} done`;
    } else this.current = `${step.vertex.name}: ${id}${size}`;
  }

  *#said({ vertex, at, bytes }: VertexLog): Generator<string> {
    const step = this.#steps.get(vertex);
    if (step === undefined) return;
    const lines = (step.partial + bytes.toString('utf8')).split('\n');
    step.partial = lines.pop() ?? '';
    const seconds = ((at - (step.vertex.started ?? at)) / 1000).toFixed(3);
    for (const line of lines) yield this.#line(step, line, seconds);
  }

  #line(step: Shown, line: string, seconds: string): string {
    const text = line.replace(/\r$/, '');
    step.lastLines.push(text);
    if (step.lastLines.length > rememberedLines) step.lastLines.shift();
    return `#${step.number} ${seconds} ${text}`;
  }

  *#finish({ digest, completed }: Vertex): Generator<string> {
    const step = this.#steps.get(digest);
    if (step === undefined || completed === null || step.vertex.completed === null || step.end !== null) return;
    const seconds = (completed - (step.vertex.started ?? completed)) / 1000;
    if (step.partial !== '') yield this.#line(step, step.partial, seconds.toFixed(3));
    step.partial = '';
    step.end = endOf(step.vertex, seconds);
  }
}

function endOf(vertex: Vertex, seconds: number): string {
  if (vertex.error !== '') return isCancelled(vertex) ? 'CANCELED' : `ERROR: ${vertex.error}`;
  return vertex.cached ? 'CACHED' : `DONE ${seconds.toFixed(1)}s`;
}

/** Of steps that end because another one failed. */
const isCancelled = ({ error }: Vertex): boolean => error.endsWith('context canceled');

/** `[build 2/3] RUN make` -> `step build 2/3 (RUN make)`. */
function placeOf(name: string): string {
  const [, number, command] = /^\[(.*?\d+\/\d+)\] (.*)$/s.exec(name) ?? [];
  return number === undefined ? name : `step ${number} (${command})`;
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes}B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(2)}kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(2)}MB` : `${(bytes / 1_000_000_000).toFixed(2)}GB`;
}

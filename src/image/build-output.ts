// What the builder says, line by line: whole lines of output, the step it is at, the image it made, how it failed.

import type { ProgressLine } from '#engine/api/image.ts';

/** As much of a failing step's output as helps. */
const rememberedLines = 20;

export class BuildOutput {
  /** `sha256:…` of the last image made. */
  imageId = '';
  /** Its own words, null while all is well. */
  failure: string | null = null;
  /** `Step 3/7 : RUN make`. */
  step = '';
  /** The last lines of the step at work. */
  readonly lastLines: string[] = [];
  #partial = '';

  /** The whole lines that this piece completes. */
  add(line: ProgressLine): string[] {
    if (line.aux?.ID !== undefined) this.imageId = line.aux.ID;
    if (line.error !== undefined || line.errorDetail !== undefined) {
      this.failure = line.errorDetail?.message ?? line.error ?? 'no reason given';
      return [];
    }
    if (line.status !== undefined) return line.progressDetail?.total === undefined ? [statusText(line)] : [];
    return this.#lines(line.stream ?? '');
  }

  /** What stands there without a line end. */
  end(): string[] {
    const rest = this.#partial;
    this.#partial = '';
    return rest === '' ? [] : [rest];
  }

  #lines(text: string): string[] {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    const whole = lines.map(plain).filter((line) => line !== '');
    for (const line of whole) this.#remember(line);
    return whole;
  }

  #remember(line: string): void {
    if (/^Step \d+\/\d+ : /.test(line)) {
      this.step = line;
      this.lastLines.length = 0;
    } else if (!/^(?: ---> |Removing intermediate container )/.test(line)) {
      this.lastLines.push(line);
      if (this.lastLines.length > rememberedLines) this.lastLines.shift();
    }
  }
}

const escape = '\u001B';

/** Without the red that the Engine paints stderr in; a program's own colours stay. */
function plain(line: string): string {
  const unpainted = line.replaceAll(`${escape}[91m`, '');
  return (unpainted.startsWith(`${escape}[0m`) ? unpainted.slice(4) : unpainted).replace(/\r$/, '');
}

const statusText = (line: ProgressLine): string => (line.id === undefined ? `${line.status}` : `${line.id}: ${line.status}`);

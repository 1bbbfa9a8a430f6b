import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { MusterError } from '#lib/errors.ts';

/** A single JSON value is never this long; something that never ends a line must not fill the memory. */
const longestLine = 64 * 1024 * 1024;

/** Text lines of a byte stream, however its chunks are cut, without their line ends and without empty ones. */
export async function* textLines(stream: Readable): AsyncGenerator<{ readonly text: string; readonly complete: boolean }> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const lines = decoder.write(chunk).split('\n');
    lines[0] = rest + (lines[0] ?? '');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield { text: line, complete: true };
    if (rest.length > longestLine)
      throw new MusterError('ENGINE_ENDPOINT', `the engine sent a line of more than ${longestLine} characters`);
  }
  rest += decoder.end();
  if (rest.trim() !== '') yield { text: rest, complete: false };
}

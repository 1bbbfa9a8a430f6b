import fc from 'fast-check';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { MarkedStream } from './marked-stream.ts';

const mark = 'c0ffee';
const line = (words: string): string => `\u0001${mark}${words === '' ? '' : ` ${words}`}\n`;

/** Fed in pieces that are cut anywhere. */
async function through(stream: MarkedStream, text: string, cuts: readonly number[] = []): Promise<string> {
  const whole = Buffer.from(text);
  const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)).toSorted((one, other) => one - other), whole.length];
  for (const [index, start] of at.slice(0, -1).entries()) stream.write(whole.subarray(start, at[index + 1]));
  stream.end();
  return (await buffer(stream)).toString();
}

test('marked lines are taken out wherever they stand and however they are cut; what was before the first is not output', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat()), fc.string(), fc.string(), async (cuts, one, other) => {
      const lines: string[] = [];
      let preamble = '';
      const stream = new MarkedStream(mark, { onLine: (words) => lines.push(words), onPreamble: (text) => (preamble += text) });
      const output = await through(stream, `motd\n${line('start 7')}${one}${line('end 0')}${other}`, cuts);
      expect([preamble, lines, output]).toEqual(['motd\n', ['start 7', 'end 0'], one + other]);
    }),
  );
});

test('output that ends like the mark begins is not kept waiting', async () => {
  const stream = new MarkedStream(mark, {});
  stream.write(`${line('')}password for c0f`);
  expect(String((await once(stream, 'data'))[0])).toBe('password for c0f');
});

test('after the first mark nothing more is looked for where no other comes', async () => {
  expect(await through(new MarkedStream(mark, { isDoneAfterFirst: true }), `x${line('')}a${line('b')}`)).toBe(`a${line('b')}`);
});

import { expect, test } from 'vitest';
import { BuildOutput } from './build-output.ts';

test('pieces become whole lines, and the last one comes out at the end', () => {
  const output = new BuildOutput();
  const lines = ['Step 1/2 : FROM scratch\n', ' ---> ', 'abc\n\n', 'half', ' a line'].flatMap((stream) => output.add({ stream }));
  expect([...lines, ...output.end()]).toEqual(['Step 1/2 : FROM scratch', ' ---> abc', 'half a line']);
});

test('the image is the last one that the builder names', () => {
  const output = new BuildOutput();
  output.add({ aux: { ID: 'sha256:one' } });
  output.add({ aux: { ID: 'sha256:two' } });
  expect(output.imageId).toBe('sha256:two');
});

test("a failure keeps the failing step and that step's own last lines", () => {
  const output = new BuildOutput();
  output.add({ stream: 'Step 1/2 : RUN a\nold\n' });
  output.add({ stream: 'Step 2/2 : RUN make\n' });
  expect(output.lastLines).toEqual([]);
  output.add({ stream: ' ---> Running in 0123456789ab\n' });
  for (let i = 0; i < 30; i++) output.add({ stream: `line ${i}\n` });
  output.add({ stream: '\u001B[91mred\n\u001B[0mRemoving intermediate container 0123456789ab\n' });
  output.add({ error: 'short', errorDetail: { message: 'returned a non-zero code: 2' } });
  expect(output).toMatchObject({ step: 'Step 2/2 : RUN make', failure: 'returned a non-zero code: 2' });
  expect([output.lastLines.length, output.lastLines.at(-1)]).toEqual([20, 'red']);
});

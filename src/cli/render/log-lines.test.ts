import { expect, test } from 'vitest';
import { logPrinter } from './log-lines.ts';

const look = { hasColour: false, hasPrefix: true, hasTimestamps: false };
const line = (replicaName: string, text: string) => ({ replicaName, text, timestamp: '2026-11-21T02:34:41.919761592Z' });

test('prefixes line up at the longest name that is known', () => {
  const printer = logPrinter('shop', look);
  printer.expect('shop-worker-10');
  expect(
    [printer.line(line('shop-web-1', 'hello')), printer.line(line('my-own-name', '')), printer.exit('shop-web-1', 3)].join(''),
  ).toMatchInlineSnapshot(`
    "web-1      | hello
    my-own-name  | 
    web-1 exited with code 3
    "
  `);
});

test('each replica keeps its colour and neighbours differ', () => {
  const printer = logPrinter('shop', { ...look, hasColour: true });
  const colour = (name: string) => printer.line(line(name, 'x')).split('m')[0];
  const first = colour('shop-web-1');
  expect(first).toBeDefined();
  expect(colour('shop-db-1')).not.toBe(first);
  expect(colour('shop-web-1')).toBe(first);
});

test('without a prefix a line is what was written, with the time when asked for', () => {
  expect(logPrinter('shop', { ...look, hasPrefix: false }).line(line('shop-web-1', 'hello'))).toBe('hello\n');
  expect(logPrinter('shop', { hasColour: false, hasPrefix: false, hasTimestamps: true }).line(line('shop-web-1', 'hello'))).toBe(
    '2026-11-21T02:34:41.919761592Z hello\n',
  );
});

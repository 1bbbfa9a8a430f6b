import { expect, test } from 'vitest';
import { globalFlags } from './globals.ts';
import { commandHelp, rootHelp } from './help.ts';
import { commands } from './table.ts';

test.each([80, 100, 120])('every help text fits a terminal of %i columns, save what can not be broken', (width) => {
  const texts = [rootHelp(commands, globalFlags, { width }), ...commands.map((one) => commandHelp(one.name, one, { width }))];
  for (const line of texts.flatMap((text) => text.split('\n')))
    if (!/^ {2}(muster|#) |^Usage:|^ {2,6}-/.test(line)) expect(line.length, line).toBeLessThanOrEqual(width);
});

test('every command stands in the root help once', () => {
  const text = rootHelp(commands, globalFlags, { width: 100 });
  for (const { name, summary } of commands.filter((one) => one.hidden !== true))
    expect(text.match(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'gm'))).toHaveLength(1);
});

import { expect, test } from 'vitest';
import { renderTable } from './table.ts';

test('columns line up at the widest cell, and lines end without spaces', () => {
  expect(
    renderTable(
      ['NAME', 'STATUS'],
      [
        ['a-very-long-name', 'Up'],
        ['b…', ''],
      ],
    ),
  ).toMatchInlineSnapshot(`
    "NAME               STATUS
    a-very-long-name   Up
    b…
    "
  `);
});
